#!/bin/bash
# Asks the API for its health without starting another Node process every second.
exec 3<>/dev/tcp/127.0.0.1/3001 || exit 1
printf 'GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
