"""The ETL: loads the reference data, again every hour, and shows that it lives."""

import signal
import sys
import time
from pathlib import Path

from app import database
from etl.load import load

HEARTBEAT = Path("/tmp/etl-heartbeat")
RELOAD_SECONDS = 3600


def main() -> None:
    # Process 1 of a container ignores signals that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A restarted container must prove itself again.
    HEARTBEAT.unlink(missing_ok=True)
    while True:
        connection = database.wait_and_connect()
        print(f"{load(connection)} model years are in the database", flush=True)
        connection.close()
        beat(RELOAD_SECONDS)


def beat(seconds: int) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        HEARTBEAT.touch()
        time.sleep(1)


if __name__ == "__main__":
    main()
