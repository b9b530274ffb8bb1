"""Connections to the vehicles database; its schema comes from the environment."""

import os
import time

import psycopg2

START_DEADLINE_SECONDS = 120


def _password() -> str:
    path = os.environ.get(
        "VEHICLES_DB_PASSWORD_FILE", "/run/secrets/platform/vehicles-db-password.txt"
    )
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def schema() -> str:
    name = os.environ.get("VEHICLES_DB_SCHEMA", "public")
    if not name.isidentifier():
        raise ValueError(f"VEHICLES_DB_SCHEMA is no plain name: {name}")
    return name


def connect():
    return psycopg2.connect(
        host=os.environ.get("VEHICLES_DB_HOST", "mvp-platform-vehicles-db"),
        dbname=os.environ.get("VEHICLES_DB_NAME", "vehicles"),
        user=os.environ.get("VEHICLES_DB_USER", "vehicles"),
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
