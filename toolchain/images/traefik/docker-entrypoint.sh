#!/bin/sh
# A flag or a command of Traefik stands for traefik with it, as in the official image.
case ${1:-} in
  -* | healthcheck | version) set -- traefik "$@" ;;
esac
exec "$@"
