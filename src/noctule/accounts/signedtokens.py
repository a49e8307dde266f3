"""Bearer tokens that carry their claims themselves, signed by their issuer (JSON Web Tokens, RFC 7519, 8725, 9068).

oauth_jwks: https://login.example.net/keys
oauth_issuer: https://login.example.net
oauth_audience: mail.example.net

Only signatures by public keys count: with a shared secret, whoever can check tokens could make them.
"""

import importlib.util
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from noctule.accounts.introspection import trusting
from noctule.accounts.keyset import Key, KeySet, from_file, from_url
from noctule.accounts.tokens import Claims, Wanted
from noctule.base.errors import ConfigurationError
from noctule.files import SafetyPolicy
from noctule.net.https import Https, is_https_url

ALGORITHMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "RSA": frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        "EC": frozenset({"ES256", "ES384", "ES512"}),
        "OKP": frozenset({"EdDSA"}),
    }
)
"""By type of key."""
_REQUIRED = ["exp", "iss", "aud"]  # `nbf` counts where it stands: RFC 9068 does not ask issuers for it


class SignedTokens:
    """Tokens of one issuer.  `clock` gives seconds since 1970."""

    def __init__(self, keys: KeySet, wanted: Wanted, clock: Callable[[], float]) -> None:
        """Raises ConfigurationError."""
        if importlib.util.find_spec("jwt") is None:
            raise ConfigurationError("oauth_jwks: needs the extra `jwt'")
        if not (wanted.issuer and wanted.audience):
            raise ConfigurationError("oauth_jwks: needs oauth_issuer and oauth_audience")
        self.name = f"oauth {keys.name}"
        self._keys = keys
        self._wanted = wanted
        self._clock = clock

    @classmethod
    def configured(cls, values: Mapping[str, str], policy: SafetyPolicy, clock: Callable[[], float]) -> "SignedTokens":
        """From oauth_jwks, an https URL or a file, oauth_issuer ...  Raises ConfigurationError."""
        where = values["oauth_jwks"]
        if is_https_url(where):
            read = from_url(where, Https(trusting(values)))
        elif where.startswith("/"):
            read = from_file(where, policy)
        else:
            raise ConfigurationError("oauth_jwks: expected an https URL without a user, or a file's whole path")
        keys = KeySet(where.partition("?")[0], read, clock)
        return cls(keys, Wanted.configured(values, "sub"), clock)

    async def user(self, token: bytes) -> str | None:
        """Who the token stands for; None: nobody.  Raises TemporaryError."""
        import jwt

        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        id_, algorithm = header.get("kid"), str(header.get("alg"))
        if not any(algorithm in algorithms for algorithms in ALGORITHMS.values()):
            return None
        key = await self._keys.key(id_ if isinstance(id_, str) else None)
        if key is None or not _is_for(key, algorithm):
            return None
        claims = _claims(token, key, algorithm)
        return self._wanted.user_of(claims, self._clock()) if claims is not None else None


def _is_for(key: Key, algorithm: str) -> bool:
    return algorithm in ALGORITHMS.get(str(key.get("kty")), ()) and key.get("alg", algorithm) == algorithm


def _claims(token: bytes, key: Key, algorithm: str) -> Claims | None:
    """What a token says if the key has signed it; when, and for whom, is not looked at here."""
    import jwt

    unchecked = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False)
    options: Any = {"require": _REQUIRED, "enforce_minimum_key_length": True} | unchecked
    try:
        claims: Claims = jwt.decode(token, jwt.PyJWK(dict(key), algorithm), algorithms=[algorithm], options=options)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return claims
