#!/bin/bash
# Tells of each target (name:port) whether it accepts a TCP connection.
set -euo pipefail

try() {
  # shellcheck disable=SC2016 # the inner shell expands its own arguments
  if timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "${1%:*}" "${1##*:}" 2> /dev/null; then
    echo "yes $1"
  else
    echo "no $1"
  fi
}
for target in "$@"; do
  try "$target" &
done
wait
