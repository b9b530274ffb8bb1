#!/bin/sh
# Arguments alone are arguments of minio, as in the official image.
[ "${1:-}" = minio ] || set -- minio "$@"
exec "$@"
