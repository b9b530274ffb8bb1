#!/bin/sh
# Initialises an empty data folder once, then becomes the server. POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD(_FILE),
# POSTGRES_INITDB_ARGS and /docker-entrypoint-initdb.d mean what they mean in the official image.
set -eu

fail() {
  echo "docker-entrypoint: $1" >&2
  exit 1
}

as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

prepare_folders() {
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" || true
  [ "$(id -u)" = 0 ] || return 0
  mkdir -p /var/run/postgresql
  chmod 3777 /var/run/postgresql
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres {} +
}

read_password() {
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -z "${POSTGRES_PASSWORD:-}" ] || fail "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, not both"
    [ -r "$POSTGRES_PASSWORD_FILE" ] || fail "cannot read POSTGRES_PASSWORD_FILE $POSTGRES_PASSWORD_FILE"
    password=$(cat "$POSTGRES_PASSWORD_FILE")
  else
    password=${POSTGRES_PASSWORD:-}
  fi
  [ -n "$password" ] || fail "the database is empty and has no password: set POSTGRES_PASSWORD_FILE"
}

# The password goes through a file that only the server's user can read: not through arguments or the environment.
initialise_cluster() {
  password_file=$(mktemp)
  trap 'rm -f "$password_file"' EXIT
  printf '%s\n' "$password" > "$password_file"
  unset password
  [ "$(id -u)" != 0 ] || chown postgres "$password_file"
  # shellcheck disable=SC2086 # arguments are separated by blanks, as in the official image
  as_postgres initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile="$password_file" ${POSTGRES_INITDB_ARGS:-}
  rm -f "$password_file"
  trap - EXIT
  printf '\nhost all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
}

run_script() {
  case $1 in
    *.sql) as_postgres psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file "$1" ;;
    *.sql.gz) gunzip -c "$1" | as_postgres psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" ;;
    *.sh) as_postgres sh "$1" ;;
    *) echo "docker-entrypoint: ignoring $1" ;;
  esac
}

# A server without network, so that a health check over TCP fails until the real one runs.
create_database() {
  as_postgres pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses=''" start
  if [ "$POSTGRES_DB" != postgres ]; then
    as_postgres psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --set db="$POSTGRES_DB" <<'SQL'
CREATE DATABASE :"db";
SQL
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    [ ! -f "$script" ] || run_script "$script"
  done
  as_postgres pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
}

case ${1:-} in
  -*) set -- postgres "$@" ;;
esac
[ "${1:-}" = postgres ] || exec "$@"
case " $* " in
  *" --help "* | *" -? "* | *" --version "* | *" -V "* | *" --describe-config "*) exec "$@" ;;
esac

POSTGRES_USER=${POSTGRES_USER:-postgres}
POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
export POSTGRES_USER POSTGRES_DB

prepare_folders
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  read_password
  initialise_cluster
  create_database
fi
unset POSTGRES_PASSWORD
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
fi
exec "$@"
