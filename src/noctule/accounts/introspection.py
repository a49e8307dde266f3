"""Bearer tokens that the authorisation server looks into (RFC 7662).

oauth_introspection: https://login.example.net/introspect
oauth_client_id: noctule
oauth_client_secret: ...
"""

import http
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from noctule.accounts.tokens import Wanted
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.net.https import Https, Request, is_https_url, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where tokens are looked into, and how we say who we are there."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raises ConfigurationError."""
        if not is_https_url(self.url):
            raise ConfigurationError("oauth_introspection: expected an https URL without a user")


class Introspection:
    """One authorisation server.  `clock` gives seconds since 1970."""

    def __init__(self, endpoint: Endpoint, https: Https, wanted: Wanted, clock: Callable[[], float]) -> None:
        self.name = f"oauth {endpoint.url.partition('?')[0]}"
        self._endpoint = endpoint
        self._https = https
        self._wanted = wanted
        self._clock = clock

    @classmethod
    def configured(cls, values: Mapping[str, str], clock: Callable[[], float]) -> "Introspection":
        """From oauth_introspection, oauth_client_id ...  Raises ConfigurationError."""
        endpoint = Endpoint(
            url=values["oauth_introspection"],
            client_id=values.get("oauth_client_id", ""),
            client_secret=values.get("oauth_client_secret", ""),
        )
        return cls(endpoint, Https(trusting(values)), Wanted.configured(values, "username"), clock)

    async def user(self, token: bytes) -> str | None:
        """Who the token stands for; None: nobody.  Raises TemporaryError."""
        endpoint = self._endpoint
        form = (("token", token), ("token_type_hint", "access_token"))
        request = Request(url=endpoint.url, form=form, user=endpoint.client_id, password=endpoint.client_secret)
        try:
            answer = await self._https.ask(request)
        except OSError as error:
            raise TemporaryError(f"{self.name}: {reason(error)}") from error
        if answer.status != http.HTTPStatus.OK:
            raise TemporaryError(f"{self.name}: status {answer.status}")
        try:
            claims = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise TemporaryError(f"{self.name}: the answer is no JSON") from error
        if not isinstance(claims, dict) or not isinstance(claims.get("active"), bool):
            raise TemporaryError(f"{self.name}: the answer does not say whether the token is active")
        return self._wanted.user_of(claims, self._clock()) if claims["active"] else None


def trusting(values: Mapping[str, str]) -> ssl.SSLContext:
    """TLS with those whom oauth_ca_file vouches for, or else the system.  Raises ConfigurationError."""
    try:
        return ssl.create_default_context(cafile=values.get("oauth_ca_file") or None)
    except OSError as error:
        raise ConfigurationError(f"oauth_ca_file: {error.strerror or error}") from error
