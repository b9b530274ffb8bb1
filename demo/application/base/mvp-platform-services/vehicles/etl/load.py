"""Loads the reference data that this release brings; loading it again changes nothing."""

import json
from pathlib import Path

from psycopg2.extras import execute_values

from app import tables

REFERENCE = Path(__file__).with_name("reference.json")


def load(connection) -> int:
    """Writes what is missing; returns how many model years this release knows."""
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    tables.create(connection)
    makes, models, years = [], [], []
    for make, by_model in reference["makes"].items():
        makes.append((make,))
        for model, (first, last) in by_model.items():
            models.append((make, model))
            years.extend((make, model, year) for year in range(first, last + 1))
    patterns = [tuple(pattern) for pattern in reference["vinPatterns"]]
    with connection, connection.cursor() as cursor:
        _insert(cursor, "makes (name)", makes)
        _insert(cursor, "models (make, name)", models)
        _insert(cursor, "model_years (make, model, year)", years)
        _insert(cursor, "vin_patterns (prefix, make, model)", patterns)
    return len(years)


def _insert(cursor, target: str, rows: list) -> None:
    execute_values(cursor, f"INSERT INTO {target} VALUES %s ON CONFLICT DO NOTHING", rows)
