"""OpenSSL's option bits, by the names ServerSSLOptions and ClientSSLOptions know; what tls_srv_features may say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from noctule.base.text import BLANKS, words_of
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


def ssl_options(words: Iterable[str], more: int = 0, *, usual: int = _USUAL) -> int:
    """The usual ones and `more`, changed word by word: `-` takes bits away."""
    chosen = usual | more
    for word in words:
        found = ssl_option(word) or 0
        chosen = chosen & ~found if word.startswith("-") else chosen | found
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsWishes:
    """What the rulesets tls_srv_features and tls_clt_features want of one session; None: as the options say.

    `options` are bits that come to those of the options.  `needs_lists`: a certificate whose issuer has no revocation
    list is not verified.  `fallback`: after a failed handshake, try again in the clear.  `dane` may be turned
    off.
    """

    options: int = 0
    cipher_list: str | None = None
    cipher_suites: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    names_server: bool = False  # SNI: the name of the host
    strict_transport: bool = False  # MTA-STS has a policy for this connection
    needs_lists: bool = False
    fallback: bool | None = None
    dane: bool = True


def tls_pairs(text: str) -> Iterator[tuple[str, str]]:
    """`key=value; key=value`.  Raises ValueError with Sendmail's words where it is none."""
    text = text.strip('"').strip(BLANKS)
    parts = [part.strip(BLANKS) for part in text.split(";")]
    if not any(parts):
        raise ValueError(f"invalid_syntax, opt={text}")
    for part in filter(None, parts):
        key, _, value = (word.strip(BLANKS) for word in part.partition("="))
        if not value:
            raise ValueError(f"invalid_syntax, opt={key}")
        yield key, value


def read_tls_wishes(pairs: Iterable[tuple[str, str]]) -> TlsWishes:
    """Raises ValueError with Sendmail's words for what is wrong."""
    wishes = TlsWishes()
    for key, value in pairs:
        wishes = _with(wishes, key, value)
    if (wishes.certificate_file is None) != (wishes.key_file is None):
        raise ValueError("only_one_of_CertFile/KeyFile_specified")
    return wishes


def _with(wishes: TlsWishes, key: str, value: str) -> TlsWishes:
    match key.lower():
        case "options":
            names = words_of(value.replace(",", " "))
            if unknown := next((name for name in names if ssl_option(name) is None), None):
                raise ValueError(f"{unknown}, error=SSL_OP not found")
            return replace(wishes, options=wishes.options | ssl_options(names, usual=0))
        case "servername":
            if value.lower() != "hostname":
                raise ValueError(f"servername, invalid_value={value}")
            return replace(wishes, names_server=True)
        case "flags":
            return _with_flags(wishes, value)
        case "sts":
            return replace(wishes, strict_transport=value.lower() == "secure")
        case "cipherlist":
            return replace(wishes, cipher_list=value)
        case "ciphersuites":
            return replace(wishes, cipher_suites=value)
        case "certfile":
            return replace(wishes, certificate_file=value)
        case "keyfile":
            return replace(wishes, key_file=value)
        case _:
            raise ValueError(f"unknown_option, opt={key}")


def _with_flags(wishes: TlsWishes, letters: str) -> TlsWishes:
    """Others are passed over."""
    for letter in letters:
        match letter:
            case "R":
                wishes = replace(wishes, needs_lists=True)
            case "C" | "c":
                wishes = replace(wishes, fallback=letter == "C")
            case "d":
                wishes = replace(wishes, dane=False)
    return wishes
