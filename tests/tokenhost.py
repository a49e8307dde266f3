"""An OAuth authorisation server's introspection endpoint (RFC 7662) on this host, over HTTPS.

with tokenhost.running(folder, {"a token": (200, b'{"active": true, ...}')}) as keys:
    ... lines of Sendmail.conf ...
"""

import base64
import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509

from certificates import Authority

ID, SECRET = "noctule", "s:cr%t"
_KNOWN = base64.b64encode(b"noctule:s%3Acr%25t").decode()  # RFC 6749 section 2.3.1
_UNKNOWN = 200, b'{"active": false}'


class Introspection(HTTPServer):
    """Knows tokens; what it answers for each is bytes."""

    answers: dict[str, tuple[int, bytes]]

    def handle_error(self, *_: object) -> None:
        """A client that does not trust us."""


class Handler(BaseHTTPRequestHandler):
    server: Introspection

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        status, answer = self.server.answers.get(form["token"][0], _UNKNOWN)
        if self.headers["Authorization"] != f"Basic {_KNOWN}" or self.path != "/introspect?x=1":
            status = 401
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def running(folder: Path, answers: dict[str, tuple[int, bytes]]) -> Iterator[dict[str, str]]:
    """The keys of a Sendmail.conf, while it runs.  `answers` are status and body by token."""
    certificates = Authority(folder)
    pair = certificates.issue("server", ("CN", "localhost"), alternatives=[x509.DNSName("localhost")])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair.certificate, pair.key)
    with Introspection(("127.0.0.1", 0), Handler) as server:
        server.answers = answers
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield {
                "oauth_introspection": f"https://localhost:{server.server_port}/introspect?x=1",
                "oauth_client_id": ID,
                "oauth_client_secret": SECRET,
                "oauth_ca_file": str(certificates.file),
            }
        finally:
            server.shutdown()
            thread.join()
