#!/bin/bash
# Prints device, free bytes, apparent and allocated size of each path, the sizes of volumes only. Files of a database that serves may
# vanish while they are counted.
set -euo pipefail

content() { { du --summarize --block-size=1 "$@" 2>/dev/null || true; } | cut -f1; }

for path in "$@"; do
  device=$(stat --format=%d "$path")
  free=$(df --block-size=1 --output=avail "$path" | tail -n 1)
  apparent=0 allocated=0
  if [[ $path == /volumes/* ]]; then
    apparent=$(content --apparent-size "$path")
    allocated=$(content "$path")
  fi
  printf '%s %s %s %s\n' "$device" "$free" "$apparent" "$allocated"
done
