package main

import (
	"bufio"
	"context"
	"io"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Logging says which streams are shown while the command runs; unset shows both.
type Logging string

const (
	logStdout          Logging = "stdout"
	logStderr          Logging = "stderr"
	logStdoutAndStderr Logging = "stdoutAndStderr"
	logNone            Logging = "none"
)

// Values are the accepted spellings.
func (Logging) Values() []infer.EnumValue[Logging] {
	values := []infer.EnumValue[Logging]{}
	for _, value := range []Logging{logStdout, logStderr, logStdoutAndStderr, logNone} {
		values = append(values, infer.EnumValue[Logging]{Name: string(value), Value: value})
	}
	return values
}

func (logging *Logging) shows(stream Logging) bool {
	return logging == nil || *logging == stream || *logging == logStdoutAndStderr
}

// streamLines passes every line on as soon as it is complete. It reads to the end whatever the length of a line is:
// a reader that gave up would leave the command hanging on a full pipe.
func streamLines(ctx context.Context, reader io.Reader, done chan<- struct{}) {
	defer close(done)
	logger := provider.GetLogger(ctx)
	lines := bufio.NewReader(reader)
	for {
		line, err := lines.ReadString('\n')
		if text := strings.TrimRight(line, "\r\n"); text != "" {
			logger.InfoStatus(text)
		}
		if err != nil {
			return
		}
	}
}
