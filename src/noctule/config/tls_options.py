"""OpenSSL's option bits, by the names ServerSSLOptions and ClientSSLOptions know; what tls_srv_features may say."""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from noctule.config.c_numbers import bits

_NUMBERS = {
    "CLEANSE_PLAINTEXT": 1,
    "LEGACY_SERVER_CONNECT": 2,
    "TLSEXT_PADDING": 4,
    "SAFARI_ECDHE_ECDSA_BUG": 6,
    "ALLOW_NO_DHE_KEX": 10,
    "DONT_INSERT_EMPTY_FRAGMENTS": 11,
    "NO_QUERY_MTU": 12,
    "COOKIE_EXCHANGE": 13,
    "NO_TICKET": 14,
    "NO_SESSION_RESUMPTION_ON_RENEGOTIATION": 16,
    "NO_COMPRESSION": 17,
    "ALLOW_UNSAFE_LEGACY_RENEGOTIATION": 18,
    "NO_ENCRYPT_THEN_MAC": 19,
    "ENABLE_MIDDLEBOX_COMPAT": 20,
    "PRIORITIZE_CHACHA": 21,
    "CIPHER_SERVER_PREFERENCE": 22,
    "TLS_ROLLBACK_BUG": 23,
    "NO_ANTI_REPLAY": 24,
    "NO_SSLv3": 25,
    "NO_TLSv1": 26,
    "NO_TLSv1_2": 27,
    "NO_TLSv1_1": 28,
    "NO_TLSv1_3": 29,
    "NO_RENEGOTIATION": 30,
    "CRYPTOPRO_TLSEXT_BUG": 31,
}
_WITHOUT_EFFECT = (
    "EPHEMERAL_RSA", "MICROSOFT_BIG_SSLV3_BUFFER", "MICROSOFT_SESS_ID_BUG", "MSIE_SSLV2_RSA_PADDING",
    "NETSCAPE_CA_DN_BUG", "NETSCAPE_CHALLENGE_BUG", "NETSCAPE_DEMO_CIPHER_CHANGE_BUG",
    "NETSCAPE_REUSE_CIPHER_CHANGE_BUG", "NO_SSLv2", "PKCS1_CHECK_1", "PKCS1_CHECK_2", "SINGLE_DH_USE",
    "SINGLE_ECDH_USE", "SSLEAY_080_CLIENT_DH_BUG", "SSLREF2_REUSE_CERT_TYPE_BUG", "TLS_BLOCK_PADDING_BUG", "TLS_D5_BUG",
)  # fmt: skip
_ALL = ("CRYPTOPRO_TLSEXT_BUG", "DONT_INSERT_EMPTY_FRAGMENTS", "TLSEXT_PADDING", "SAFARI_ECDHE_ECDSA_BUG")
SSL_OPTIONS = MappingProxyType(
    {
        **{f"SSL_OP_{name}": 1 << number for name, number in _NUMBERS.items()},
        **{f"SSL_OP_{name}": 0 for name in _WITHOUT_EFFECT},
        "SSL_OP_ALL": sum(1 << _NUMBERS[name] for name in _ALL),
    }
)
_USUAL = SSL_OPTIONS["SSL_OP_ALL"] & ~SSL_OPTIONS["SSL_OP_TLSEXT_PADDING"]


def ssl_option(word: str) -> int | None:
    """The bits of a name or number, its sign aside; None for an unknown name."""
    bare = word.lstrip("+-")
    number = bits(bare)
    return SSL_OPTIONS.get(bare) if number is None else number


def ssl_options(words: Iterable[str], more: int = 0) -> int:
    """The usual ones and `more`, changed word by word: `-` takes bits away."""
    chosen = _USUAL | more
    for word in words:
        found = ssl_option(word) or 0
        chosen = chosen & ~found if word.startswith("-") else chosen | found
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsWishes:
    """What the rulesets tls_srv_features and tls_clt_features want of one session; None: as the options say."""

    options: tuple[str, ...] | None = None
    cipher_list: str | None = None
    cipher_suites: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    server_name: str | None = None


_WISHES = {
    "cipherlist": "cipher_list",
    "ciphersuites": "cipher_suites",
    "certfile": "certificate_file",
    "keyfile": "key_file",
    "servername": "server_name",
}
_NO_WISHES = frozenset({"flags", "sts"})  # known, and nothing comes of them


def read_tls_wishes(text: str) -> TlsWishes:
    """`key=value; key=value`.  Raises ValueError with Sendmail's words for what is wrong."""
    found: dict[str, str] = {}
    options: tuple[str, ...] | None = None
    for part in filter(None, (part.strip() for part in text.strip('"').split(";"))):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals:
            raise ValueError(f"invalid_syntax, opt={part}")
        word = key.lower()
        if word == "options":
            options = tuple(value.replace(",", " ").split())
            if unknown := next((name for name in options if ssl_option(name) is None), None):
                raise ValueError(f"{unknown}, error=SSL_OP not found")
        elif word in _WISHES:
            found[_WISHES[word]] = value
        elif word not in _NO_WISHES:
            raise ValueError(f"unknown_option, opt={key}")
    if ("certificate_file" in found) != ("key_file" in found):
        raise ValueError("only_one_of_CertFile/KeyFile_specified")
    return TlsWishes(options=options, **found)
