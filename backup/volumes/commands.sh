#!/bin/bash
# What a volume session can do; paths reach it as arguments or in lists that are separated by NUL. A volume is read in the order
# and with the options of a backup. Extracting goes over what is there: folders stay, everything else is replaced.
set -euo pipefail

export LC_ALL=C
KEEP=(--numeric-owner --xattrs --xattrs-include='*' --acls --blocking-factor=512)
READ=(wide tar --create --file=- --sort=name --format=posix "--pax-option=delete=atime,delete=ctime" --sparse "${KEEP[@]}")
WRITE=(wide tar --extract --file=- --ignore-zeros --delay-directory-restore --preserve-permissions --same-owner "${KEEP[@]}")
LISTED=(--null --no-recursion --verbatim-files-from)

read_volume() { "${READ[@]}" --directory="$1" . > "/exchange/$2"; }
read_listed() { "${READ[@]}" --directory="$1" "${LISTED[@]}" --files-from="/exchange/$2" > "/exchange/$3"; }
# "/" becomes the lowest byte, so that sort has the order of paths; what was that byte, or marks it, is marked.
list_volume() {
  cd -- "$1"
  find . -printf '%y %s %m %U %G %T@ %i %n/%P//%l\0' \
    | sed --null-data -e 's#\x02#\x02\x02#g' -e 's#\x01#\x02\x01#g' -e 's#/#\x01#g' \
    | sort --zero-terminated --field-separator=$'\x01' --key=2 \
      --buffer-size=16M --parallel=1 --temporary-directory=/exchange > "/exchange/$2"
}
read_archive() { wide zstd -dcq -- "/backup/$1" > "/exchange/$2"; }

write_archive() { zstd -dcq -- "/backup/$1" | "${WRITE[@]}" --directory="$2"; }
# Names each member when it begins; read_following reads behind it, where files may be replaced before it comes to them.
write_telling() {
  zstd -dcq -- "/backup/$1" \
    | "${WRITE[@]}" --verbose --quoting-style=escape --index-file="/exchange/$3" --directory="$2"
}
read_following() { read_listed "$@" || [[ $? == 1 ]]; }
write_stream() { "${WRITE[@]}" --directory="$1" < "/exchange/$2"; }
write_volume() { "${READ[@]}" --directory="$1" . | "${WRITE[@]}" --directory="$2"; }
write_listed() {
  "${READ[@]}" --directory="$1" "${LISTED[@]}" --files-from="/exchange/$2" | "${WRITE[@]}" --directory="$3"
}

each_of() { xargs --null --no-run-if-empty --arg-file="/exchange/$1" "${@:2}"; }
remove_listed() { cd -- "$1"; each_of "$2" rm --recursive --force --; }
# The list has names and paths in turn.
strip_attributes() {
  cd -- "$1"
  each_of "$2" --max-args=2 setfattr --no-dereference -x
}

free_bytes() { df --output=avail --block-size=1 -- "$1" | tail --lines=1; }
flush() { sync --file-system "$1"; }
