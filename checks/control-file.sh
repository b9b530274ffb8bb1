#!/bin/bash
# The control file begins with the identifier; a base backup ends with that file, so all of the archive is read.
set -euo pipefail

tar --extract --to-stdout --zstd --ignore-zeros --wildcards --file "/backup/$1" '*global/pg_control' > /dev/shm/control
od --address-radix=n --format=u8 --read-bytes=8 /dev/shm/control | tr -d ' '
