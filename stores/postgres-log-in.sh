#!/bin/sh
# Ends well if the container's own password is the database's, or if it was given none. $1: role, $2: database.
set -eu

if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
  PGPASSWORD=$(cat -- "$POSTGRES_PASSWORD_FILE")
else
  PGPASSWORD=${POSTGRES_PASSWORD:-}
fi
[ -n "$PGPASSWORD" ] || exit 0
export PGPASSWORD
# By the container's own address: on the loopback the image trusts everybody.
address=$(hostname -i | cut -d' ' -f1)
exec psql --quiet --no-psqlrc --no-password --username="$1" --dbname="$2" --host="$address" --command='SELECT 1'
