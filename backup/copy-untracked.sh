#!/bin/bash
set -euo pipefail

cp --archive -- /from/. /to/
