#!/bin/bash
# What is done with the archives that the document's own commands made. It archives /data, with Alpine's or with GNU tar: the volume's
# root is the entry "data/". So the volume is mounted under that name, and gets its owner and mode back too.
set -euo pipefail

prove() {
  gzip --test -- "/archives/$1"
  gzip -dc -- "/archives/$1" | tar --list --file=- --quoting-style=escape \
    | awk '!/^(\.\/)?data(\/|$)/ && !other++ { first = $0 } END { print NR; print first }'
}
unpack() {
  gzip -dc -- "/archives/$1" | tar --extract --file=- --directory="/unpacked" --delay-directory-restore \
    --preserve-permissions --same-owner --numeric-owner --xattrs --xattrs-include='*' --acls
}
