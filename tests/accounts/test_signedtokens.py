"""JSON Web Tokens, signed by real keys that a real HTTPS server on this host publishes."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import tokenhost
from noctule.accounts.signedtokens import SignedTokens
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.files import SafetyPolicy

jwt = pytest.importorskip("jwt")

NOW = 1_700_000_000
ISSUER, AUDIENCE = "https://login.example.net", "mail.example.net"
ALICE = {"iss": ISSUER, "aud": [AUDIENCE, "imap"], "sub": "alice", "exp": NOW + 60, "nbf": NOW - 60}
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
SHORT = rsa.generate_private_key(65537, 1024)
STRANGER = rsa.generate_private_key(65537, 2048)


def published(key: Any, algorithm: str, id_: str, **more: str) -> dict[str, Any]:
    """A public key as JWK."""
    made = jwt.algorithms.get_default_algorithms()[algorithm].to_jwk(key.public_key(), as_dict=True)
    return dict(made) | {"kid": id_} | more


KEYS = [
    published(RSA, "RS256", "rsa"),
    published(RSA, "RS256", "only-ps256", alg="PS256"),
    published(EC, "ES256", "ec", use="sig", alg="ES256"),
    published(ED, "EdDSA", "ed"),
    published(SHORT, "RS256", "short"),
    {"kty": "oct", "k": base64.urlsafe_b64encode(b"s" * 32).decode(), "kid": "shared"},
    {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "broken"},
]
PEM = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tokenhost.Host]:
    served = tokenhost.Host(keys=(200, json.dumps({"keys": KEYS}).encode()))
    with tokenhost.running(tmp_path_factory.mktemp("certs"), served):
        yield served


def lines(host: tokenhost.Host, **more: str) -> dict[str, str]:
    """Keys of a Sendmail.conf."""
    own = {"oauth_jwks": f"{host.url}/keys", "oauth_issuer": ISSUER, "oauth_audience": AUDIENCE}
    return own | {"oauth_ca_file": str(host.authority)} | more


def user(values: Mapping[str, str], token: str | bytes) -> str | None:
    tokens = SignedTokens.configured(values, SafetyPolicy.of(["TrustStickyBit"]), lambda: NOW)
    return asyncio.run(tokens.user(token.encode() if isinstance(token, str) else token))


def signed(claims: Mapping[str, object] = ALICE, key: Any = RSA, algorithm: str = "RS256", **header: object) -> str:
    return str(jwt.encode(dict(claims), key, algorithm, headers={"kid": "rsa"} | header))


def by_hand(header: Mapping[str, object], signature: bytes = b"") -> str:
    parts = [json.dumps(dict(header)).encode(), json.dumps(ALICE).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def signed_by_hand(header: Mapping[str, object], key: rsa.RSAPrivateKey = RSA) -> str:
    """RS256, also for what PyJWT does not sign."""
    unsigned = by_hand(header).rpartition(".")[0]
    signature = key.sign(unsigned.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{unsigned}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def under_the_public_key(id_: str) -> str:
    """HS256 with the text of the public key as the shared secret: the classic forgery."""
    unsigned = by_hand({"alg": "HS256", "typ": "JWT", "kid": id_}).rpartition(".")[0]
    mac = hmac.digest(PEM, unsigned.encode(), hashlib.sha256)
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.parametrize(
    ("key", "algorithm", "id_"),
    [
        (RSA, "RS256", "rsa"),
        (RSA, "PS512", "rsa"),
        (RSA, "PS256", "only-ps256"),
        (EC, "ES256", "ec"),
        (ED, "EdDSA", "ed"),
    ],
)
def test_each_kind_of_key(host: tokenhost.Host, key: Any, algorithm: str, id_: str) -> None:
    assert user(lines(host), signed(key=key, algorithm=algorithm, kid=id_)) == "alice"


def test_the_name_may_stand_in_another_claim(host: tokenhost.Host) -> None:
    claims = ALICE | {"email": "alice@example.net"}
    assert user(lines(host, oauth_user_claim="email"), signed(claims)) == "alice@example.net"
    assert user(lines(host, oauth_user_claim="email"), signed()) is None


@pytest.mark.parametrize(
    "token",
    {
        "stranger": signed(key=STRANGER),
        "unknown key": signed(kid="next year"),
        "key of another": signed(kid="ec"),
        "another algorithm than the key's": signed(kid="only-ps256"),
        "no id among several": signed_by_hand({"alg": "RS256"}),
        "short key": signed_by_hand({"alg": "RS256", "kid": "short"}, SHORT),
        "broken key": signed(kid="broken"),
        "shared secret": signed(key=b"s" * 32, algorithm="HS256", kid="shared"),
        "none": by_hand({"alg": "none", "kid": "rsa"}),
        "nOnE": by_hand({"alg": "nOnE", "kid": "rsa"}),
        "no algorithm": by_hand({"kid": "rsa"}, b"x"),
        "a list": by_hand({"alg": ["RS256"], "kid": "rsa"}, b"x"),
        "public key as secret": under_the_public_key("rsa"),
        "expired": signed(ALICE | {"exp": NOW}),
        "not yet": signed(ALICE | {"nbf": NOW + 1}),
        "for ever": signed({name: ALICE[name] for name in ALICE if name != "exp"}),
        "for nobody": signed({name: ALICE[name] for name in ALICE if name != "aud"}),
        "for others": signed(ALICE | {"aud": "web"}),
        "by nobody": signed({name: ALICE[name] for name in ALICE if name != "iss"}),
        "by others": signed(ALICE | {"iss": "https://evil.example"}),
        "who": signed({name: ALICE[name] for name in ALICE if name != "sub"}),
        "its own key": by_hand({"alg": "RS256", "jwk": published(STRANGER, "RS256", "own"), "kid": "own"}, b"x"),
        "critical": signed_by_hand({"alg": "RS256", "kid": "rsa", "crit": ["exp2"], "exp2": 1}),
        "not a token": "eyJ",
        "deep": base64.urlsafe_b64encode(b"[" * 6000).decode() + ".e30.AA",
        "bytes": "\xff.\xff.\xff",
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_not_genuine_or_not_for_us(host: tokenhost.Host, token: tuple[str, str]) -> None:
    assert user(lines(host), token[1]) is None


def test_a_signature_covers_all_of_it(host: tokenhost.Host) -> None:
    header, payload, signature = signed().split(".")
    other = signed(ALICE | {"sub": "root"}).split(".")[1]
    assert user(lines(host), f"{header}.{other}.{signature}") is None
    assert user(lines(host), f"{header}.{payload}.{signature[:-2]}") is None


@pytest.mark.parametrize("keys", [(503, b""), (200, b"{}"), (200, b" " * 70_000)])
def test_an_issuer_who_does_not_answer(tmp_path: Path, keys: tuple[int, bytes]) -> None:
    with tokenhost.running(tmp_path, tokenhost.Host(keys=keys)) as host, pytest.raises(TemporaryError) as caught:
        user(lines(host), signed())
    assert str(caught.value).startswith(f"{host.url}/keys: ")


def test_an_issuer_who_is_down_or_not_trusted(host: tokenhost.Host) -> None:
    with pytest.raises(TemporaryError, match="refused"):
        user(lines(host, oauth_jwks="https://127.0.0.1:1/keys"), signed())
    with pytest.raises(TemporaryError, match="certificate verify failed"):
        user(lines(host, oauth_ca_file=""), signed())


def test_keys_in_a_file(host: tokenhost.Host, tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(host.keys[1])
    assert user(lines(host, oauth_jwks=str(tmp_path / "keys")), signed()) == "alice"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"oauth_issuer": ""}, "needs oauth_issuer and oauth_audience"),
        ({"oauth_audience": ""}, "needs oauth_issuer and oauth_audience"),
        ({"oauth_jwks": "http://localhost/keys"}, "expected an https URL"),
        ({"oauth_ca_file": "/none"}, "oauth_ca_file: No such file"),
    ],
)
def test_settings_that_would_let_others_in(host: tokenhost.Host, change: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        user(lines(host, **change), signed())
