#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/3000 || exit 1
printf 'GET /landing HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
