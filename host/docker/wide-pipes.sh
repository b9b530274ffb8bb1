#!/bin/bash
# Defines "wide", which runs a program with larger pipes at its standard input and output: 1 MiB (1031 is F_SETPIPE_SZ) instead of
# 64 KiB, which makes tar up to three times as fast. Where Docker's host allows no more, or the image has no perl, it runs as it is.
set -euo pipefail

if command -v perl > /dev/null; then
  wide() { perl -e 'fcntl($_, 1031, 1 << 20) for *STDIN, *STDOUT; exec { $ARGV[0] } @ARGV; warn "$ARGV[0]: $!\n"; exit 127' "$@"; }
else
  wide() { "$@"; }
fi
