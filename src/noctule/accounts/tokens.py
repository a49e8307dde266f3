"""Bearer tokens (OAuth 2.0) and who they stand for, told by the authorisation server (RFC 7662).

    oauth_introspection: https://login.example.net/introspect
    oauth_client_id: noctule
    oauth_client_secret: ...

The keys stand in Sendmail.conf.  A token counts when the server calls it active and it was meant for us: the audience,
the issuer and the scopes that are configured must be those of the token.
"""

import asyncio
import base64
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import from_bytes
from noctule.sasl.login import MAX_NAME

_TIMEOUT = 10.0  # seconds
_MAX_ANSWER = 64 << 10
_AT_ONCE = 4
Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a token must say.  "" and no scopes: anything.  `user` is the claim that names the user."""

    issuer: str = ""
    audience: str = ""
    scopes: frozenset[str] = frozenset()
    user: str = "username"

    def user_of(self, claims: Claims, now: float) -> str | None:
        """The user of an active token, byte text of UTF-8; None: it is not good here.  `now` in seconds since 1970."""
        expiry, begin, user = claims.get("exp", now + 1), claims.get("nbf", now), claims.get(self.user)
        if not isinstance(expiry, int | float) or not isinstance(begin, int | float) or not begin <= now < expiry:
            return None
        if self.issuer and claims.get("iss") != self.issuer:
            return None
        if self.audience and self.audience not in _several(claims.get("aud")):
            return None
        if not self.scopes <= set(str(claims.get("scope", "")).split()):
            return None
        if not isinstance(user, str) or not 0 < len(user.encode()) <= MAX_NAME or not user.isprintable():
            return None
        return from_bytes(user.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where tokens are looked into, and how we say who we are there."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    authorities_file: str = ""  # "": those of the system

    def __post_init__(self) -> None:
        """Raises ConfigurationError."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise ConfigurationError("oauth_introspection: expected an https URL without a user")


class TokenBackEnd:
    """One authorisation server.  `clock` gives seconds since 1970."""

    def __init__(self, endpoint: Endpoint, wanted: Wanted, clock: Callable[[], float]) -> None:
        """Raises ConfigurationError."""
        parts = urlsplit(endpoint.url)
        self.name = f"oauth https://{parts.netloc}{parts.path}"
        self._endpoint = endpoint
        self._wanted = wanted
        self._clock = clock
        try:
            self._tls = ssl.create_default_context(cafile=endpoint.authorities_file or None)
        except OSError as error:
            raise ConfigurationError(f"oauth_ca_file: {error.strerror or error}") from error
        self._threads = ThreadPoolExecutor(_AT_ONCE, "oauth")

    @classmethod
    def configured(cls, values: Mapping[str, str], clock: Callable[[], float]) -> "TokenBackEnd | None":
        """From oauth_introspection, oauth_client_id ...; None without the first.  Raises ConfigurationError."""
        if not values.get("oauth_introspection"):
            return None
        endpoint = Endpoint(
            url=values["oauth_introspection"],
            client_id=values.get("oauth_client_id", ""),
            client_secret=values.get("oauth_client_secret", ""),
            authorities_file=values.get("oauth_ca_file", ""),
        )
        wanted = Wanted(
            issuer=values.get("oauth_issuer", ""),
            audience=values.get("oauth_audience", ""),
            scopes=frozenset(values.get("oauth_scope", "").split()),
            user=values.get("oauth_user_claim") or "username",
        )
        return cls(endpoint, wanted, clock)

    async def user(self, token: bytes) -> str | None:
        """Who the token stands for; None: nobody.  Raises TemporaryError, whose text never holds the token."""
        try:
            claims = json.loads(await asyncio.get_running_loop().run_in_executor(self._threads, self._asked, token))
        except (OSError, http.client.HTTPException) as error:
            raise TemporaryError(f"{self.name}: {getattr(error, 'strerror', '') or type(error).__name__}") from error
        except (ValueError, RecursionError) as error:
            raise TemporaryError(f"{self.name}: the answer is no JSON") from error
        if not isinstance(claims, dict) or not isinstance(claims.get("active"), bool):
            raise TemporaryError(f"{self.name}: the answer does not say whether the token is active")
        return self._wanted.user_of(claims, self._clock()) if claims["active"] else None

    def _asked(self, token: bytes) -> bytes:
        endpoint, parts = self._endpoint, urlsplit(self._endpoint.url)
        who = f"{quote_plus(endpoint.client_id)}:{quote_plus(endpoint.client_secret)}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(who).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT, context=self._tls)
        try:
            form = urlencode({"token": token, "token_type_hint": "access_token"})
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, form, headers)
            with connection.getresponse() as answer:
                text = answer.read(_MAX_ANSWER + 1)
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK or len(text) > _MAX_ANSWER:
            raise TemporaryError(f"{self.name}: status {answer.status}, {len(text)} bytes")
        return text


def _several(value: object) -> list[object]:
    """A claim that is one value or a list of them."""
    return value if isinstance(value, list) else [value]
