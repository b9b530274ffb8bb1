"""Vehicles API: make, model, year in their hierarchy, and VIN decoding, by this release's reference data."""

import json
import os
from pathlib import Path

from app import vin
from app.service import serve

REFERENCE = json.loads(Path("etl/reference.json").read_text(encoding="utf-8"))


def answer(path: list):
    makes = {make.lower(): (make, models) for make, models in REFERENCE["makes"].items()}
    if path == ["makes"]:
        return {"makes": sorted(REFERENCE["makes"])}
    if path[0] == "vin" and len(path) == 2:
        return decode(path[1].upper())
    if path[0] != "makes" or len(path) not in (3, 5) or path[1].lower() not in makes:
        return None
    make, models = makes[path[1].lower()]
    if path[2:] == ["models"]:
        return {"make": make, "models": sorted(models)}
    first, last = models.get(path[3], (1, 0))
    years = list(range(first, last + 1))
    return {"make": make, "model": path[3], "years": years} if years else None


def decode(number: str):
    if not vin.is_valid(number):
        return None
    patterns = {prefix: (make, model) for prefix, make, model in REFERENCE["vinPatterns"]}
    found = [patterns[prefix] for prefix in vin.prefixes(number) if prefix in patterns]
    if not found:
        return None
    make, model = found[0]
    return {"vin": number, "make": make, "model": model, "year": vin.model_year(number)}


serve(os.environ["VEHICLES_DB_HOST"], os.environ["VEHICLES_REDIS_HOST"], answer)
