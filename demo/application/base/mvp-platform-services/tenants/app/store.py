"""The platform's database and Redis; both may be late at start and may come and go later."""

import os
import time

import psycopg2
import redis

START_DEADLINE_SECONDS = 120

_cache = redis.Redis(
    host=os.environ.get("PLATFORM_REDIS_HOST", "platform-redis"),
    socket_connect_timeout=2,
    socket_timeout=2,
)


def _password() -> str:
    path = os.environ.get(
        "PLATFORM_DB_PASSWORD_FILE", "/run/secrets/platform/platform-db-password.txt"
    )
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def _query(statement: str, fetch: bool = False) -> list:
    connection = psycopg2.connect(
        host=os.environ.get("PLATFORM_DB_HOST", "platform-postgres"),
        dbname=os.environ.get("PLATFORM_DB_NAME", "platform"),
        user=os.environ.get("PLATFORM_DB_USER", "platform"),
        password=_password(),
        connect_timeout=3,
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if fetch else []
    finally:
        connection.close()


def prepare() -> None:
    """Creates the table when it is missing; waits for the database up to the deadline."""
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    reason = ""
    while True:
        try:
            _query(
                "CREATE TABLE IF NOT EXISTS tenants (id text PRIMARY KEY, name text NOT NULL);"
                "INSERT INTO tenants VALUES ('default', 'Default tenant') ON CONFLICT DO NOTHING"
            )
            return
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                raise
            if str(error) != reason:
                reason = str(error)
                print(f"waiting for the database: {reason.strip()}", flush=True)
            time.sleep(0.25)


def check() -> None:
    """Raises unless a real query and a real command succeed."""
    _query("SELECT count(*) FROM tenants", fetch=True)
    _cache.ping()


def count_lookup() -> None:
    _cache.incr("tenant-lookups")


def list_tenants() -> list:
    rows = _query("SELECT id, name FROM tenants ORDER BY id", fetch=True)
    return [{"id": row[0], "name": row[1]} for row in rows]
