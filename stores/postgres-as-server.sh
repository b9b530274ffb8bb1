#!/bin/sh
# As the server's own user, because PostgreSQL refuses to run as root: images have one or the other program for that.
# $1: a volume with a cluster in it; $2: a script that gets the cluster's folder.
set -eu

volume=$1 script=$2
# Every database has a PG_VERSION of its own; the cluster's stands highest.
version=$(find "$volume" -type f -name PG_VERSION \
  | awk 'NR == 1 || length($0) < length(highest) { highest = $0 } END { print highest }')
if [ -z "$version" ]; then
  echo 'there is no PostgreSQL cluster in it: no PG_VERSION' >&2
  exit 1
fi
data=${version%/PG_VERSION}
printf 'local all all trust\n' > /dev/shm/hba.conf
: > /dev/shm/ident.conf
chmod 644 /dev/shm/hba.conf /dev/shm/ident.conf
chown -R postgres:postgres "$volume"
for as in gosu su-exec; do
  ! command -v "$as" > /dev/null || exec "$as" postgres sh -c "$script" sh "$data"
done
exec setpriv --reuid=postgres --regid=postgres --init-groups sh -c "$script" sh "$data"
