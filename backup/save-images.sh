#!/bin/bash
# From the pipe $1 to the file $2.
set -euo pipefail

zstd -T0 -1 -q < "/session/$1" > "/backup/$2"
