// pulumi-resource-command serves the resource `command:local:Command` on machines that cannot download the official
// plugin of @pulumi/command 1.2.1. Inputs, outputs and life cycle are the official ones, so that the program and its
// state do not depend on which of the two is installed. assetPaths and archivePaths are refused: nothing here uses them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"
)

const version = "1.2.1"

func main() {
	provider, err := infer.NewProviderBuilder().WithNamespace("pulumi").WithResources(infer.Resource(&Command{})).Build()
	if err == nil {
		err = provider.Run(context.Background(), "command", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
