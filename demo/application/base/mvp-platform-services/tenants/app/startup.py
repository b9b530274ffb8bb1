"""Preparation beside the server: it answers (unhealthy) and stops at once while it still waits."""

import os
import threading
import traceback


def in_background(prepare) -> None:
    """Runs the preparation; when it fails for good the process ends and is started again."""

    def run() -> None:
        try:
            prepare()
        except Exception:
            traceback.print_exc()
            os._exit(1)

    threading.Thread(target=run, daemon=True).start()
