import ssl

import pytest

from noctule.config.tls_options import SSL_OPTIONS, TlsWishes, read_tls_wishes, ssl_option, ssl_options, tls_pairs


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("SSL_OP_NO_TLSv1", ssl.OP_NO_TLSv1),
        ("SSL_OP_NO_TLSv1_1", ssl.OP_NO_TLSv1_1),
        ("SSL_OP_NO_TLSv1_2", ssl.OP_NO_TLSv1_2),
        ("SSL_OP_NO_TLSv1_3", ssl.OP_NO_TLSv1_3),
        ("SSL_OP_NO_SSLv3", ssl.OP_NO_SSLv3),
        ("SSL_OP_NO_TICKET", ssl.OP_NO_TICKET),
        ("SSL_OP_NO_COMPRESSION", ssl.OP_NO_COMPRESSION),
        ("SSL_OP_NO_RENEGOTIATION", ssl.OP_NO_RENEGOTIATION),
        ("SSL_OP_CIPHER_SERVER_PREFERENCE", ssl.OP_CIPHER_SERVER_PREFERENCE),
        ("SSL_OP_SINGLE_DH_USE", ssl.OP_SINGLE_DH_USE),
    ],
)
def test_bits_are_those_of_openssl(name: str, known: int) -> None:
    assert SSL_OPTIONS[name] == known


@pytest.mark.parametrize(
    ("word", "bits"), [("+0x4000", 0x4000), ("-16384", 0x4000), ("040000", 0x4000), ("SSL_OP_FOO", None)]
)
def test_numbers_are_names_too(word: str, bits: int | None) -> None:
    assert ssl_option(word) == bits


def test_words_add_and_take_away() -> None:
    usual = ssl_options([])
    ticket = SSL_OPTIONS["SSL_OP_NO_TICKET"]
    assert not usual & SSL_OPTIONS["SSL_OP_TLSEXT_PADDING"]
    assert ssl_options(["+SSL_OP_NO_TICKET"]) == ssl_options(["SSL_OP_NO_TICKET"]) == usual | ticket
    assert ssl_options(["-SSL_OP_NO_TICKET"], ticket) == usual
    assert ssl_options(["-SSL_OP_ALL", "+SSL_OP_NO_TLSv1_3"]) == ssl.OP_NO_TLSv1_3


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("flags=R; sts=secure", TlsWishes(needs_lists=True, strict_transport=True)),
        ("flags=Cd", TlsWishes(fallback=True, dane=False)),
        ("flags=c!", TlsWishes(fallback=False)),
        (
            "CipherList=A:B; Options=SSL_OP_NO_TLSv1_3,-SSL_OP_ALL",
            TlsWishes(cipher_list="A:B", options=int(ssl.OP_NO_TLSv1_3)),
        ),
        ("Options=SSL_OP_NO_TLSv1_3;Options=-SSL_OP_NO_TLSv1_3", TlsWishes(options=int(ssl.OP_NO_TLSv1_3))),
        ('"ciphersuites = X;SERVERNAME=hostname"', TlsWishes(cipher_suites="X", names_server=True)),
        ("CertFile=/c;KeyFile=/k", TlsWishes(certificate_file="/c", key_file="/k")),
    ],
)
def test_wishes(text: str, wishes: TlsWishes) -> None:
    assert read_tls_wishes(tls_pairs(text)) == wishes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("foo=bar", "unknown_option, opt=foo"),
        ("flags=R;foo", "invalid_syntax, opt=foo"),
        ("Options=FOO", "FOO, error=SSL_OP not found"),
        ("KeyFile=/k", "only_one_of_CertFile/KeyFile_specified"),
        ("servername=mx.example", "servername, invalid_value=mx.example"),
        ("foo=", "invalid_syntax, opt=foo"),
        (";;", "invalid_syntax, opt=;;"),
    ],
)
def test_wishes_that_make_no_sense(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        read_tls_wishes(tls_pairs(text))
