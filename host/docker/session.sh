#!/bin/bash
# Serves a session. One line for each command: number, function, values. One line for each answer: number, exit code, output, errors.
# Each runs by itself. When standard input ends, because the work is done or its process was killed, the shell ends, and since it is
# the container's first process, everything that still runs ends with it.
set -euo pipefail

answer() {
  local number=$1 output status said; shift
  set +e
  output=$( (set -e; "$@" < /dev/null) 2> "/dev/shm/$number" | base64 --wrap=0; exit "${PIPESTATUS[0]}")
  status=$?
  said=$(tail --bytes=4000 "/dev/shm/$number" | base64 --wrap=0)
  rm -f "/dev/shm/$number"
  { flock 9; printf '%s %s =%s =%s\n' "$number" "$status" "$output" "$said"; } 9> /dev/shm/lock
}
while read -r number name line; do
  values=()
  for value in $line; do
    value=$(base64 --decode <<< "${value#=}"; printf .)
    values+=("${value%.}")
  done
  answer "$number" "$name" "${values[@]}" < /dev/null &
done
