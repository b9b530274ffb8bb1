"""A service of the platform on nothing but the standard library; it stands in every service's `app/`."""

import json
import os
import signal
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

PORT = 8000


def stop_quickly() -> None:
    """Process 1 of a container ignores signals that it has no handler for."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def reachable(host: str, port: int, request: bytes = b"") -> bool:
    """Whether something accepts connections there and answers the request, if there is one."""
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            connection.sendall(request)
            return request == b"" or connection.recv(16).startswith(b"+")
    except OSError:
        return False


def serve(database: str, cache: str, answer) -> None:
    """Gives out what `answer` has for a path, as segments: JSON with 200, or None for 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                healthy = reachable(database, 5432) and reachable(cache, 6379, b"PING\r\n")
                self.send(200 if healthy else 503, {"status": "ok" if healthy else "failing"})
                return
            found = answer([unquote(part) for part in self.path.strip("/").split("/")])
            self.send(404 if found is None else 200, {"error": "not found"} if found is None else found)

        def send(self, status: int, value) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            try:
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                """A health check goes as soon as it has read the status."""

        def log_message(self, *_) -> None:
            """Requests are not worth a line."""

    stop_quickly()
    ThreadingHTTPServer(("0.0.0.0", PORT), Handler).serve_forever()
