#!/bin/bash
# Each line of standard input is a path; what is missing is told.
set -euo pipefail

cd /volume
while IFS= read -r path; do
  [[ -f $path ]] || printf '%s: missing\n' "$path"
done | head -n 1000 || true
