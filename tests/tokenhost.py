"""An OAuth authorisation server on this host, over HTTPS.

It looks into tokens (RFC 7662), publishes its keys, and gives access tokens for refresh tokens.

with tokenhost.running(folder, tokenhost.Host(tokens={"a token": (200, b'{"active": true, ...}')})) as host:
    ... host.lines() ...
"""

import base64
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509

from certificates import Authority

ID, SECRET = "noctule", "s:cr%t"
_KNOWN = base64.b64encode(b"noctule:s%3Acr%25t").decode()  # RFC 6749 section 2.3.1
_UNKNOWN = 200, b'{"active": false}'
_NOT_GRANTED = 400, b'{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}'
Answers = dict[str, tuple[int, bytes]]


@dataclass
class Host:
    """What it answers, status and body, and how often each path was asked for; `url` has no path."""

    tokens: Answers = field(default_factory=dict)
    refreshed: Answers = field(default_factory=dict)
    keys: tuple[int, bytes] = (404, b"")
    asked: list[str] = field(default_factory=list)
    url: str = ""
    authority: Path = Path()

    def lines(self) -> dict[str, str]:
        """Keys of a Sendmail.conf that has tokens looked into."""
        return {
            "oauth_introspection": f"{self.url}/introspect?x=1",
            "oauth_client_id": ID,
            "oauth_client_secret": SECRET,
            "oauth_ca_file": str(self.authority),
        }


class Server(ThreadingHTTPServer):
    host: Host

    def handle_error(self, *_: object) -> None:
        """A client that does not trust us."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer(*self.server.host.keys if self.path == "/keys" else (404, b""))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.headers["Authorization"] != f"Basic {_KNOWN}":
            self._answer(401, b'{"error": "invalid_client"}')
        elif self.path == "/introspect?x=1":
            self._answer(*self.server.host.tokens.get(form["token"][0], _UNKNOWN))
        elif self.path == "/token" and form["grant_type"] == ["refresh_token"]:
            self._answer(*self.server.host.refreshed.get(form["refresh_token"][0], _NOT_GRANTED))
        else:
            self._answer(404, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.server.host.asked.append(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def running(folder: Path, host: Host) -> Iterator[Host]:
    """The host, while it runs."""
    certificates = Authority(folder)
    pair = certificates.issue("server", ("CN", "localhost"), alternatives=[x509.DNSName("localhost")])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair.certificate, pair.key)
    with Server(("127.0.0.1", 0), Handler) as server:
        host.url, host.authority, server.host = f"https://localhost:{server.server_port}", certificates.file, host
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()
