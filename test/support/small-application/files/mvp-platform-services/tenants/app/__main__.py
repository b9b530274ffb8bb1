"""Tenants of the platform."""

from app.service import serve

TENANTS = [{"id": "default", "name": "Default tenant"}]

serve("platform-postgres", "platform-redis", lambda path: TENANTS if path == ["tenants"] else None)
