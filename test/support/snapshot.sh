#!/bin/bash
# Prints the folder of each volume by its number and birth, and a hash of the content of each that is named.
set -euo pipefail

for volume in /volumes/*; do
  echo "volume ${volume##*/} $(stat --format=%i-%W "$volume")"
done
for volume in "$@"; do
  cd "/volumes/$volume"
  hash=$({
    find . -printf '%p %y %m %U %G %s %l\n' | sort
    find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum
  } | sha256sum)
  echo "content $volume ${hash%% *}"
done
