"""Serves the API. A stop is quick, also while the imports still run or a request waits for a missing database."""

import os
import signal

# Before the imports that take long: process 1 of a container ignores signals that it has no handler for.
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

import threading

import uvicorn

DRAIN_SECONDS = 1


class Server(uvicorn.Server):
    def handle_exit(self, sig, frame) -> None:
        end = threading.Timer(DRAIN_SECONDS, os._exit, (0,))
        end.daemon = True
        end.start()
        super().handle_exit(sig, frame)


config = uvicorn.Config(
    "app.main:app", host="0.0.0.0", port=8000, access_log=False, log_level="warning"
)
Server(config).run()
