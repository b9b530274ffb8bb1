#!/bin/bash
# Prints how many files, folders and links there are below the volume's root.
set -euo pipefail

find /volume -mindepth 1 -printf x | wc -c
