package main

import (
	"context"
	"strings"
	"testing"
)

func pointer[T any](value T) *T { return &value }

func TestRunStoresBothStreamsWithoutTheFinalNewline(t *testing.T) {
	state := Outputs{Inputs: Inputs{
		Stdin:       pointer("from stdin\n"),
		Environment: &map[string]string{"WORD": "hello"},
		Dir:         pointer(t.TempDir()),
	}}
	if err := run(context.Background(), `cat; echo "$WORD"; echo problem >&2`, &state); err != nil {
		t.Fatal(err)
	}
	if state.Stdout != "from stdin\nhello" || state.Stderr != "problem" {
		t.Fatalf("stdout %q, stderr %q", state.Stdout, state.Stderr)
	}
}

func TestRunGivesTheLastOutputUnlessToldNotTo(t *testing.T) {
	for wanted, flag := range map[string]*bool{"before": nil, "": pointer(false)} {
		state := Outputs{Inputs: Inputs{AddPreviousOutputInEnv: flag}, Stdout: "before"}
		if err := run(context.Background(), `printf %s "$PULUMI_COMMAND_STDOUT"`, &state); err != nil {
			t.Fatal(err)
		}
		if state.Stdout != wanted {
			t.Fatalf("found %q, wanted %q", state.Stdout, wanted)
		}
	}
}

func TestRunAppendsTheCommandToTheInterpreter(t *testing.T) {
	state := Outputs{Inputs: Inputs{Interpreter: &[]string{"printf", "%s|%s", "one"}}}
	if err := run(context.Background(), "two words", &state); err != nil || state.Stdout != "one|two words" {
		t.Fatalf("stdout %q, error %v", state.Stdout, err)
	}
}

func TestRunShowsWhatAFailedCommandPrintedAndKeepsTheState(t *testing.T) {
	state := Outputs{Stdout: "before"}
	err := run(context.Background(), "echo told >&2; exit 3", &state)
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "told") {
		t.Fatalf("error %v", err)
	}
	if state.Stdout != "before" {
		t.Fatalf("stdout %q", state.Stdout)
	}
}

func TestRunIsNotStoppedByAVeryLongLine(t *testing.T) {
	state := Outputs{}
	if err := run(context.Background(), `head -c 200000 /dev/zero | tr '\0' x`, &state); err != nil || len(state.Stdout) != 200000 {
		t.Fatalf("%d bytes, error %v", len(state.Stdout), err)
	}
}
