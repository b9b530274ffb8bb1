#!/bin/bash
# From the file $2 to the pipe $1.
set -euo pipefail

zstd -dcq -- "/backup/$2" > "/session/$1"
