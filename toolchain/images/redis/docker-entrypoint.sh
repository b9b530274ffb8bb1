#!/bin/sh
# Starts the server as its own user. Protected mode is off, as in the official image: other containers must reach it.
set -eu

case ${1:-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac
[ "${1:-}" = redis-server ] || exec "$@"
shift

case ${1:-} in
  "" | -*) set -- --protected-mode no "$@" ;;
  *)
    configuration=$1
    shift
    set -- "$configuration" --protected-mode no "$@"
    ;;
esac
[ "$(umask)" != 0022 ] || umask 0077
if [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis {} +
  exec setpriv --reuid=redis --regid=redis --init-groups -- redis-server "$@"
fi
exec redis-server "$@"
