"""Real servers on loopback that keep what they are sent: a web hook and a mail server."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def web_hook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve a web hook that answers with a status; yields host:port and what came."""
    came: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append({"path": self.path, **json.loads(body)})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", came
        server.shutdown()


@contextmanager
def mail_server() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Serve as much of SMTP (RFC 5321) as a sender needs; yields host:port and (recipient, message) pairs."""
    came: list[tuple[str, str]] = []

    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            to = ""
            while line := self.rfile.readline().decode():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line[line.index("<") + 1 : line.index(">")]
                if verb == "DATA":
                    self._say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                    came.append((to, text))
                self._say("221 bye" if verb == "QUIT" else "250 ok")
                if verb == "QUIT":
                    break

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", came
        server.shutdown()
