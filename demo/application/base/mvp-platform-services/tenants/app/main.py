"""Tenants of the platform: who they are, for the services that ask at the edge."""

from fastapi import FastAPI, Response

from app import startup, store

app = FastAPI(title="MotoVaultPro tenants", version="1.9.0")


@app.on_event("startup")
def prepare() -> None:
    startup.in_background(store.prepare)


@app.get("/health")
def health(response: Response) -> dict:
    try:
        store.check()
    except Exception:
        response.status_code = 503
        return {"status": "failing"}
    return {"status": "ok"}


@app.get("/tenants")
def tenants() -> list:
    store.count_lookup()
    return store.list_tenants()
