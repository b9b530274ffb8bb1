"""The platform's schema in the application's database."""

import os
import time

import psycopg2

START_DEADLINE_SECONDS = 120


def _password() -> str:
    path = os.environ.get(
        "VEHICLES_DB_PASSWORD_FILE", "/run/secrets/app/postgres-password.txt"
    )
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def schema() -> str:
    name = os.environ.get("VEHICLES_DB_SCHEMA", "vehicles")
    if not name.isidentifier():
        raise ValueError(f"VEHICLES_DB_SCHEMA is no plain name: {name}")
    return name


def connect():
    return psycopg2.connect(
        host=os.environ.get("VEHICLES_DB_HOST", "mvp-postgres"),
        dbname=os.environ.get("VEHICLES_DB_NAME", "motovaultpro"),
        user=os.environ.get("VEHICLES_DB_USER", "motovaultpro"),
        password=_password(),
        connect_timeout=3,
        options=f"-c search_path={schema()}",
    )


def query(statement: str, parameters: tuple = ()) -> list:
    """The rows of one SELECT."""
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()
    finally:
        connection.close()


def wait_and_connect():
    """A connection; waits for the database up to the deadline."""
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    reason = ""
    while True:
        try:
            return connect()
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                raise
            if str(error) != reason:
                reason = str(error)
                print(f"waiting for the database: {reason.strip()}", flush=True)
            time.sleep(0.25)
