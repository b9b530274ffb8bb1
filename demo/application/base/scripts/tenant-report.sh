#!/bin/sh
# Lists the platform's tenants.
exec curl -fsS "${EDGE_URL:-http://localhost}/tenants"
