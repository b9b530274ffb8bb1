package main

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a local command when it is created, updated and deleted.
type Command struct{}

// Inputs are what the program asks for. A changed trigger replaces, any other change updates.
type Inputs struct {
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
}

// Outputs are the inputs and what the last command that ran has printed, without the final newline.
type Outputs struct {
	Inputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Annotate gives the resource the official token.
func (*Command) Annotate(annotator infer.Annotator) { annotator.SetToken("local", "Command") }

// Annotate puts the official default into the inputs, and so into the state.
func (inputs *Inputs) Annotate(annotator infer.Annotator) {
	annotator.SetDefault(&inputs.AddPreviousOutputInEnv, true)
}

// Create runs `create`; a preview runs nothing.
func (*Command) Create(ctx context.Context, request infer.CreateRequest[Inputs]) (infer.CreateResponse[Outputs], error) {
	id, err := resource.NewUniqueHex(request.Name, 8, 0)
	if err != nil {
		return infer.CreateResponse[Outputs]{}, err
	}
	state := Outputs{Inputs: request.Inputs}
	if !request.DryRun {
		err = execute(ctx, request.Inputs.Create, &state)
	}
	return infer.CreateResponse[Outputs]{ID: id, Output: state}, err
}

// Update runs `update`, or `create` again where there is none, with the last output in its environment.
func (*Command) Update(ctx context.Context, request infer.UpdateRequest[Inputs, Outputs]) (infer.UpdateResponse[Outputs], error) {
	state := Outputs{Inputs: request.Inputs, Stdout: request.State.Stdout, Stderr: request.State.Stderr}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	var err error
	if !request.DryRun {
		err = execute(ctx, command, &state)
	}
	return infer.UpdateResponse[Outputs]{Output: state}, err
}

// Delete runs `delete` where there is one, with everything else as it was when the resource was written.
func (*Command) Delete(ctx context.Context, request infer.DeleteRequest[Outputs]) (infer.DeleteResponse, error) {
	state := request.State
	return infer.DeleteResponse{}, execute(ctx, request.State.Delete, &state)
}

func execute(ctx context.Context, command *string, state *Outputs) error {
	if state.AssetPaths != nil || state.ArchivePaths != nil {
		return errors.New("assetPaths and archivePaths need the official plugin: pulumi plugin install resource command " + version)
	}
	if command == nil {
		return nil
	}
	return run(ctx, *command, state)
}
