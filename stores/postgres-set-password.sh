#!/bin/sh
# Gives the database its container's own password. $1: role, $2: database.
# What psql reads by its own backquotes reaches neither arguments nor the server's log.
set -eu

exec psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$1" --dbname="$2" << 'END'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
\set password `if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then cat -- "$POSTGRES_PASSWORD_FILE"; else printf %s "$POSTGRES_PASSWORD"; fi`
ALTER ROLE :"USER" PASSWORD :'password';
END
