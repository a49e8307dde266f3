"""Bearer tokens (OAuth 2.0): what one must say to be good here, and those who can tell what it says.

The keys stand in Sendmail.conf.  A token counts when it is genuine and was meant for us: the audience, the issuer and
the scopes that are configured must be those of the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from noctule.base.text import from_bytes, words_of
from noctule.sasl.login import MAX_NAME

Claims = Mapping[str, Any]


class Tokens(Protocol):
    """Somebody who can tell what a token says."""

    @property
    def name(self) -> str:
        """For log lines, as `oauth https://login.example.net/introspect`."""
        ...

    async def user(self, token: bytes) -> str | None:
        """Who the token stands for; None: nobody.  Raises TemporaryError, whose text never holds the token."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a token must say.  "" and no scopes: anything.  `user` is the claim that names the user."""

    issuer: str = ""
    audience: str = ""
    scopes: frozenset[str] = frozenset()
    user: str

    @classmethod
    def configured(cls, values: Mapping[str, str], user: str) -> "Wanted":
        """From oauth_issuer, oauth_audience, oauth_scope and oauth_user_claim (else `user`)."""
        return cls(
            issuer=values.get("oauth_issuer", ""),
            audience=values.get("oauth_audience", ""),
            scopes=frozenset(words_of(values.get("oauth_scope", ""))),
            user=values.get("oauth_user_claim") or user,
        )

    def user_of(self, claims: Claims, now: float) -> str | None:
        """The user of a genuine token, byte text of UTF-8; None: it is not good here.  `now` in seconds since 1970."""
        expiry, begin, user = claims.get("exp", now + 1), claims.get("nbf", now), claims.get(self.user)
        if not isinstance(expiry, int | float) or not isinstance(begin, int | float) or not begin <= now < expiry:
            return None
        if self.issuer and claims.get("iss") != self.issuer:
            return None
        if self.audience and self.audience not in _several(claims.get("aud")):
            return None
        if not self.scopes <= set(words_of(str(claims.get("scope", "")))):
            return None
        if not isinstance(user, str) or not user.isprintable():
            return None
        spelled = user.encode("utf-8", "replace")
        return from_bytes(spelled) if 0 < len(spelled) <= MAX_NAME else None


def _several(value: object) -> list[object]:
    """A claim that is one value or a list of them."""
    return value if isinstance(value, list) else [value]
