"""Vehicles API: make, model, year in their hierarchy, and VIN decoding."""

import json
import os

import redis
from fastapi import FastAPI, HTTPException, Response

from app import database, startup, vin
from etl.load import load

CACHE_SECONDS = 5

app = FastAPI(title="MotoVaultPro vehicles", version="2.0.0")
cache = redis.Redis(
    host=os.environ.get("VEHICLES_REDIS_HOST", "mvp-redis"),
    socket_connect_timeout=2,
    socket_timeout=2,
)


def prepare() -> None:
    """Creates the schema and loads the reference data that this release brings."""
    connection = database.wait_and_connect()
    load(connection)
    connection.close()


@app.on_event("startup")
def start() -> None:
    startup.in_background(prepare)


@app.get("/health")
def health(response: Response) -> dict:
    try:
        loaded = database.query("SELECT 1 FROM vin_patterns LIMIT 1")
        cache.ping()
    except Exception:
        loaded = []
    if not loaded:
        response.status_code = 503
        return {"status": "failing"}
    return {"status": "ok"}


def _names(key: str, statement: str, parameters: tuple = ()) -> list:
    """A list from Redis or the database; an empty one is not kept, it may be loading."""
    # Redis is shared with the backend: the platform's keys say whose they are.
    key = f"platform:{key}"
    try:
        kept = cache.get(key)
    except redis.RedisError:
        kept = None
    if kept is not None:
        return json.loads(kept)
    names = [row[0] for row in database.query(statement, parameters)]
    if names:
        try:
            cache.set(key, json.dumps(names), ex=CACHE_SECONDS)
        except redis.RedisError:
            pass
    return names


@app.get("/makes")
def makes() -> dict:
    return {"makes": _names("makes", "SELECT name FROM makes ORDER BY name")}


@app.get("/makes/{make}/models")
def models(make: str) -> dict:
    statement = "SELECT name FROM models WHERE lower(make) = lower(%s) ORDER BY name"
    names = _names(f"models:{make.lower()}", statement, (make,))
    if not names:
        raise HTTPException(404, "no such make")
    return {"make": make, "models": names}


@app.get("/makes/{make}/models/{model}/years")
def years(make: str, model: str) -> dict:
    rows = database.query(
        "SELECT year FROM model_years"
        " WHERE lower(make) = lower(%s) AND lower(model) = lower(%s) ORDER BY year",
        (make, model),
    )
    if not rows:
        raise HTTPException(404, "no such model")
    return {"make": make, "model": model, "years": [row[0] for row in rows]}


@app.get("/vin/{number}")
def decode(number: str) -> dict:
    number = number.upper()
    if not vin.is_valid(number):
        raise HTTPException(400, "a VIN has 17 letters and digits, without I, O and Q")
    rows = database.query(
        "SELECT make, model FROM vin_patterns WHERE prefix = ANY(%s)"
        " ORDER BY length(prefix) DESC LIMIT 1",
        (vin.prefixes(number),),
    )
    if not rows:
        raise HTTPException(404, "no such manufacturer")
    make, model = rows[0]
    return {"vin": number, "make": make, "model": model, "year": vin.model_year(number)}
