#!/bin/bash
# What a reader's helper can do (see reader.ts). Everything that is read goes, one tar after the other, through "archive" to "store",
# which runs all the while. What it says to this process comes out of the archive again, so that nothing is listed that could not be
# read back; that costs less than tee of what goes in.
#
# A list has one record per path (inode, time of change, size, type, path), so that two of them tell what changed in between. What changed
# just before a list was made may change again within the same tick of the clock: its record is marked, and equals none.
set -euo pipefail

export LC_ALL=C
READ=(wide tar --create --file=- --sort=name --format=posix "--pax-option=delete=atime,delete=ctime" --sparse
  --numeric-owner --xattrs --xattrs-include='*' --acls --blocking-factor=512)
LISTED=(--no-recursion --null --verbatim-files-from)
SORT=(sort --zero-terminated --buffer-size=16M --parallel=1 --temporary-directory=/session)
GONE=(-e ': File removed before we read it$' -e ': file changed as we read it$' -e ': socket ignored$'
  -e ': File shrank by [0-9]+ bytes?; padding with zeros$' -e '^tar: Exiting with failure status due to previous errors$'
  -e ': (Warning: )?(Cannot [a-z_ ]+: )?No such file or directory$')

# What is written meanwhile may vanish or change under a program; every other failure of it is one.
while_written() {
  local said status=0
  said=$(mktemp --tmpdir=/dev/shm)
  "$@" 2> "$said" || status=$?
  if ((status > 2)) || { ((status > 0)) && grep --invert-match --quiet --extended-regexp "${GONE[@]}" "$said"; }; then
    cat "$said" >&2
    return "$status"
  fi
  rm -- "$said"
}
while_quiet() { "$@"; }

store() { zstd -T0 -1 -q < /session/archive | wide tee -- "/backup/$1" | wide zstd -dcq > "/session/$2"; }

all() {
  local how=$1; shift
  "while_$how" "${READ[@]}" --directory=/volume --anchored "${@/#/--exclude=}" . > /session/archive
}
wanted() {
  if [[ ! -s /session/wanted ]]; then return; fi
  "while_$1" "${READ[@]}" --directory=/volume "${LISTED[@]}" --files-from=/session/wanted > /session/archive
}
extra() {
  cd /session/extra
  find . -type f -exec chown --reference="/volume/$1" -- {} +
  find . -type f -print0 | in_order > /session/wanted
  "${READ[@]}" "${LISTED[@]}" --files-from=/session/wanted > /session/archive
}

# Prints about how many bytes a tar of it has.
list() {
  local name=$1 pattern prune=(); shift
  for pattern; do prune+=(-path "$pattern" -prune -o); done
  cd /volume
  listing "$name" C . -ignore_readdir_race -mindepth 1 "${prune[@]}" | awk '
    { held = $3 * 512; bytes += 1024; if ($1 == "f") bytes += held < $2 ? held : $2 }
    END { printf "%.0f", bytes }'
}
# $2: C, or T where only what is in a file counts.
listing() {
  local name=$1 time=$2 newer=-newerct; shift 2
  if [[ $time == T ]]; then newer=-newermt; fi
  local record="%i %$time@ %s %y %p\0"
  while_written find "$@" '(' \
    "$newer" "-0.02 seconds" -fprintf "/session/$name" "@$EPOCHREALTIME $record" -o -fprintf "/session/$name" "$record" \
    ')' -printf '%y %s %b\n'
}
unequal() { comm --zero-terminated "$1" "/session/$2" "/session/$3"; }
sorted() { local name; for name; do "${SORT[@]}" --output="/session/$name" "/session/$name"; done; }
paths() { sed --null-data 's#^[^/]*\(\./\)#\1#'; }
# Folders before what they hold, and names of one folder by their bytes, as tar sorts; so "/" is the lowest byte.
in_order() { tr '/\001' '\001/' | "${SORT[@]}" --unique | tr '/\001' '\001/'; }
# What a list has that the next one does not, unless it is a folder: it was written, or is gone.
unsettled() {
  unequal -23 "$1" "$2" | sed --null-data '/^[^/]* d \.\//d' | paths > /session/unsettled
  tr --complement --delete '\0' < /session/unsettled | wc --bytes
}

changed() {
  list now "$@" > /dev/null
  sorted seen now
  unequal -13 seen now | paths | in_order > /session/wanted
  wanted written
  mv -- /session/now /session/seen
}
look() {
  list later "$@" > /dev/null
  sorted later
  unsettled seen later
}
again() {
  cd /volume
  units
  units_list before
  paths < /session/before | in_order > /session/wanted
  wanted written
  units_list after
  sorted before after
  unsettled before after
}
# The server stands still from the word until the answer: between them there is nothing but reading.
frozen() {
  cd /volume
  units
  exec 7< /session/go 8> /session/done
  echo ready >&8
  read -r -u 7 || return 0
  if [[ -s /session/units ]]; then
    while_written "${READ[@]}" --null --verbatim-files-from --files-from=/session/units > /session/archive
  fi
  echo read >&8
}
# What belongs together: MinIO keeps an object as a folder of files.
units() {
  units_of < /session/unsettled | in_order > /session/units
}
units_of() {
  local path folder
  while IFS= read -r -d '' path; do
    folder=${path%/*}
    while [[ $folder == ./* && ! -e $folder/xl.meta ]]; do folder=${folder%/*}; done
    if [[ $folder == ./* ]]; then path=$folder; fi
    if [[ -e $path || -L $path ]]; then printf '%s\0' "$path"; fi
  done
}
units_list() {
  : > "/session/$1"
  if [[ ! -s /session/units ]]; then return; fi
  listing "$1" T -ignore_readdir_race -files0-from /session/units > /dev/null
}
