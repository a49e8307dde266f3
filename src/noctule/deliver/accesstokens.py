"""Access tokens for servers that want OAuth 2.0, asked of an authorisation server by a refresh token (RFC 6749, 6).

A file says where and how, in lines of `key: value`:

    token_url: https://login.example.net/token
    client_id: noctule
    client_secret: ...
    refresh_token: ...

`scope` and `ca_file` may stand there, too.  A token is kept in memory until it is about to run out, or refused.  An
authorisation server that gives another refresh token has it written into the file in place of the old one.
"""

import http
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from noctule.base.errors import TemporaryError
from noctule.base.text import BLANKS
from noctule.net.https import Answer, Https, Request, is_https_url, reason

MARGIN = 60.0  # seconds before its end when a token is not used any more
PAUSE = 30.0  # seconds between two questions for one file
UNSAID = 300.0  # seconds a token is good for where nobody says
MAX_FILES = 1000
_KEYS = frozenset({"token_url", "client_id", "client_secret", "refresh_token", "scope", "ca_file"})
_NEEDED = ("token_url", "client_id", "refresh_token")


@dataclass(slots=True)
class _Known:
    """What is known for one file.  `token` is "" after a failure; `problem` says what that was."""

    asked: float
    token: str = field(default="", repr=False)
    until: float = 0.0
    problem: str = ""


class AccessTokens:
    """For one worker.

    `read` gives a file's text and `write` replaces it; both raise OSError or TemporaryError.  `clock` counts seconds,
    `https` gives a client that trusts the authorities of a file ("": the system's), or raises OSError.
    """

    def __init__(
        self,
        read: Callable[[str], str],
        write: Callable[[str, str], None],
        clock: Callable[[], float],
        https: Callable[[str], Https],
    ) -> None:
        self._read = read
        self._write = write
        self._clock = clock
        self._https = https
        self._known: dict[str, _Known] = {}

    async def get(self, path: str) -> str:
        """A token that is good for a while.  Raises TemporaryError, whose text holds no secret."""
        now, known = self._clock(), self._known.get(path)
        if known is not None and known.token and now < known.until:
            return known.token
        if known is not None and known.problem and now < known.asked + PAUSE:
            raise TemporaryError(known.problem)
        known = _Known(now)
        try:
            known.token, lifetime = await self._ask(path)
        except TemporaryError as error:
            known.problem = str(error)
            raise
        finally:
            self._remember(path, known)
        known.until = now + max(lifetime - MARGIN, lifetime / 2)
        return known.token

    def refused(self, path: str) -> None:
        """The server would not have the token."""
        known = self._known.get(path)
        if known is not None:
            known.token, known.problem = "", f"{path}: the last token was refused"

    def _remember(self, path: str, known: _Known) -> None:
        self._known.pop(path, None)
        while len(self._known) >= MAX_FILES:
            del self._known[next(iter(self._known))]
        self._known[path] = known

    async def _ask(self, path: str) -> tuple[str, float]:
        """A token and the seconds it is good for."""
        text = self._read(path)
        try:
            values = read_grant(text)
        except ValueError as error:
            raise TemporaryError(f"{path}: {error}") from error
        url = values["token_url"]
        try:
            answer = await self._https(values.get("ca_file", "")).ask(_request(values))
        except OSError as error:
            raise TemporaryError(f"{url}: {reason(error)}") from error
        try:
            token, lifetime, refresh = read_answer(answer)
        except ValueError as error:
            raise TemporaryError(f"{url}: {error}") from error
        if refresh not in {"", values["refresh_token"]}:
            self._keep(path, text.replace(values["refresh_token"], refresh))
        return token, lifetime

    def _keep(self, path: str, text: str) -> None:
        """A refresh token that cannot be kept would be lost with the process: better to be told now."""
        try:
            self._write(path, text)
        except OSError as error:
            raise TemporaryError(f"{path}: cannot keep the new refresh token: {error.strerror}") from error


def read_grant(text: str) -> Mapping[str, str]:
    """The lines of a file.  Raises ValueError, without showing them, for one that is not understood."""
    values = {}
    for number, line in enumerate(text.split("\n"), 1):
        key, colon, value = line.strip(BLANKS).partition(":")
        if not key or key.startswith("#"):
            continue
        if not colon or key not in _KEYS:
            raise ValueError(f"line {number} is not understood")
        values[key] = value.strip(BLANKS)
    for key in _NEEDED:
        if not values.get(key):
            raise ValueError(f"no {key}")
    if not is_https_url(values["token_url"]):
        raise ValueError("token_url: expected an https URL without a user")
    return values


def read_answer(answer: Answer) -> tuple[str, float, str]:
    """Access token, seconds, and a new refresh token or "".  Raises ValueError with what the server says is wrong."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise ValueError(f"status {answer.status}, no JSON")
    if answer.status != http.HTTPStatus.OK:
        text = " ".join(str(said[key]) for key in ("error", "error_description") if key in said)
        raise ValueError(f"status {answer.status} {text[:200]}".rstrip(BLANKS))
    token, lifetime, refresh = said.get("access_token"), said.get("expires_in", UNSAID), said.get("refresh_token", "")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise ValueError("no access token")
    if not isinstance(lifetime, int | float) or lifetime <= 0 or not isinstance(refresh, str):
        raise ValueError("an answer that is not understood")
    return token, float(lifetime), refresh if refresh.isprintable() else ""


def _request(values: Mapping[str, str]) -> Request:
    form = [("grant_type", "refresh_token"), ("refresh_token", values["refresh_token"])]
    form += [("scope", values["scope"])] if values.get("scope") else []
    secret = values.get("client_secret", "")
    if not secret:  # a public client says only its name
        return Request(url=values["token_url"], form=(*form, ("client_id", values["client_id"])))
    return Request(url=values["token_url"], form=tuple(form), user=values["client_id"], password=secret)


def trusting(authorities: str) -> Https:
    """A client for the authorities of a file, or those of the system.  Raises OSError."""
    return Https(ssl.create_default_context(cafile=authorities or None))
