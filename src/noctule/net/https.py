"""Requests over HTTPS, asked by threads: Python's client can only be waited for.

What is asked are a few small things of the administrator's own services: keys, tokens.  Redirections are not followed.
"""

import base64
import http.client
import ssl
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode, urlsplit

from noctule.net.aside import Aside

_TIMEOUT = 10.0  # seconds of silence
_LIMIT = 15.0  # seconds in all
_THREADS = 4
MAX_ANSWER = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET, or with `form` a POST.  `user` and `password` go by HTTP Basic as OAuth spells them (RFC 6749, 2.3.1)."""

    url: str
    form: tuple[tuple[str, str | bytes], ...] = field(default=(), repr=False)
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is at most MAX_ANSWER bytes."""

    status: int
    body: bytes = field(repr=False)


class Https:
    """For one event loop."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._aside: Aside[Answer] = Aside(_THREADS, _LIMIT)

    async def ask(self, request: Request) -> Answer:
        """Raises OSError (TimeoutError included), also for what is no HTTP and for an answer that is too long."""
        return await self._aside.ask(self._asked, request)

    def _asked(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=_TIMEOUT, context=self._context
        )
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            body = urlencode(request.form) if request.form else None
            connection.request("POST" if request.form else "GET", target, body, _headers(request))
            with connection.getresponse() as answer:
                text = answer.read(MAX_ANSWER + 1)
        except http.client.HTTPException as error:
            raise OSError(f"not understood: {type(error).__name__}") from error
        finally:
            connection.close()
        if len(text) > MAX_ANSWER:
            raise OSError(f"more than {MAX_ANSWER} bytes")
        return Answer(answer.status, text)


def is_https_url(text: str) -> bool:
    """Whether this is an https URL with a host, without a user and without characters that a request cannot hold."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def reason(error: OSError) -> str:
    """What went wrong, for a log line: never the request."""
    return error.strerror or str(error) or "no answer in time"


def _headers(request: Request) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if request.form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if request.user:
        who = f"{quote_plus(request.user)}:{quote_plus(request.password)}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(who).decode()}"
    return headers
