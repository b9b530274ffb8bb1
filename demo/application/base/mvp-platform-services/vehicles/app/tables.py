"""The tables of the reference data: make, model, year, and what decodes a VIN."""

from app import database

# Any number that no other lock of this database uses: api and etl may create at the same time.
_LOCK = 727002

_STATEMENTS = """
CREATE TABLE IF NOT EXISTS makes (name text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS models (
  make text NOT NULL REFERENCES makes (name),
  name text NOT NULL,
  PRIMARY KEY (make, name)
);
CREATE TABLE IF NOT EXISTS model_years (
  make text NOT NULL,
  model text NOT NULL,
  year integer NOT NULL,
  PRIMARY KEY (make, model, year),
  FOREIGN KEY (make, model) REFERENCES models (make, name)
);
CREATE TABLE IF NOT EXISTS vin_patterns (
  prefix text PRIMARY KEY,
  make text NOT NULL,
  model text,
  FOREIGN KEY (make) REFERENCES makes (name)
);
"""


def create(connection) -> None:
    """Creates what is missing, in the schema of the environment."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {database.schema()}")
        cursor.execute(_STATEMENTS)
