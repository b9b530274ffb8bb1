package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// run executes the command with the inputs of the state and stores what it printed in the state.
func run(ctx context.Context, command string, state *Outputs) error {
	arguments := append(interpreter(state.Inputs), command)
	process := exec.CommandContext(ctx, arguments[0], arguments[1:]...)
	process.Env = environment(state)
	if state.Dir != nil {
		process.Dir = *state.Dir
	}
	if state.Stdin != nil && *state.Stdin != "" {
		process.Stdin = strings.NewReader(*state.Stdin)
	}

	var stdout, stderr bytes.Buffer
	both := &sharedBuffer{}
	logReader, logWriter := io.Pipe()
	process.Stdout = collect(&stdout, both, logWriter, state.Logging.shows(logStdout))
	process.Stderr = collect(&stderr, both, logWriter, state.Logging.shows(logStderr))

	logged := make(chan struct{})
	go streamLines(ctx, logReader, logged)
	err := process.Run()
	logWriter.Close()
	<-logged
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, command, both.buffer.String())
	}
	state.Stdout = strings.TrimSuffix(stdout.String(), "\n")
	state.Stderr = strings.TrimSuffix(stderr.String(), "\n")
	return nil
}

func interpreter(inputs Inputs) []string {
	if inputs.Interpreter == nil || len(*inputs.Interpreter) == 0 {
		return []string{"/bin/sh", "-c"}
	}
	return append([]string{}, *inputs.Interpreter...)
}

func environment(state *Outputs) []string {
	variables := os.Environ()
	if state.Environment != nil {
		for name, value := range *state.Environment {
			variables = append(variables, name+"="+value)
		}
	}
	if state.AddPreviousOutputInEnv != nil && !*state.AddPreviousOutputInEnv {
		return variables
	}
	if state.Stdout != "" {
		variables = append(variables, "PULUMI_COMMAND_STDOUT="+state.Stdout)
	}
	if state.Stderr != "" {
		variables = append(variables, "PULUMI_COMMAND_STDERR="+state.Stderr)
	}
	return variables
}

func collect(stream *bytes.Buffer, both, log io.Writer, shown bool) io.Writer {
	if shown {
		return io.MultiWriter(stream, both, log)
	}
	return io.MultiWriter(stream, both)
}

// sharedBuffer takes both streams in the order they were written; they come from two goroutines.
type sharedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (shared *sharedBuffer) Write(data []byte) (int, error) {
	shared.mutex.Lock()
	defer shared.mutex.Unlock()
	return shared.buffer.Write(data)
}
