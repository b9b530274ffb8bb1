#!/bin/bash
# Keys come on standard input; prints those without an object, and after a tab those of objects that no key names.
# $1: where the objects are, below the volume; $2: minio, where an object is a folder of its key, or folder. A file that is being written
# begins with a dot.
set -euo pipefail

cd "/volume/$1"
export LC_ALL=C TMPDIR=/dev/shm
objects() {
  if [ "$1" = minio ]; then
    find . -type f -name xl.meta -printf '%h\n'
  else
    find . -type f ! -name '.*' -printf '%p\n'
  fi | cut -c 3- | sort
}
comm -3 <(sort -u) <(objects "$2") | head -n 1000
