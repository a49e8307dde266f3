"""Back ends chosen by Sendmail.conf."""

import pytest

from noctule.accounts.choosing import choose_back_end, choose_tokens
from noctule.accounts.saslconf import SaslConfiguration
from noctule.base.errors import ConfigurationError
from noctule.files import SafetyPolicy


def named(**values: str) -> str:
    return choose_back_end(SaslConfiguration("Sendmail.conf", values), SafetyPolicy()).name


def test_as_cyrus_sasl_does_without_a_word() -> None:
    assert named() == "sasldb /etc/sasldb2"


def test_several() -> None:
    name = named(pwcheck_method="auxprop saslauthd", sasldb_path="/x/db", saslauthd_path="/x/mux")
    assert name == "sasldb /x/db, saslauthd /x/mux"


@pytest.mark.parametrize(
    ("method", "key"),
    [("dovecot", "dovecot_path"), ("passwordfile", "passwordfile_path"), ("saslauthd", "saslauthd_path")],
)
def test_each_is_where_its_path_says(method: str, key: str) -> None:
    assert named(pwcheck_method=method, **{key: "/x"}).endswith(" /x")


@pytest.mark.parametrize(("key", "word"), [("pwcheck_method", "alwaystrue"), ("auxprop_plugin", "nosuch")])
def test_a_word_nobody_knows(key: str, word: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{key}: {word}: not known"):
        named(**{key: word})


def test_tokens_are_asked_about_or_read_but_not_both() -> None:
    def chosen(**values: str) -> str | None:
        tokens = choose_tokens(SaslConfiguration("Sendmail.conf", values), SafetyPolicy(), lambda: 0.0)
        return None if tokens is None else tokens.name

    pytest.importorskip("jwt")
    keys = {"oauth_jwks": "/etc/mail/keys", "oauth_issuer": "https://login.example", "oauth_audience": "mail"}
    asks = {"oauth_introspection": "https://login.example/introspect?realm=x"}
    assert chosen() is None
    assert chosen(**keys) == "oauth /etc/mail/keys"
    assert chosen(**asks) == "oauth https://login.example/introspect"
    with pytest.raises(ConfigurationError, match=r"Sendmail\.conf: oauth_introspection, oauth_jwks: one of them"):
        chosen(**keys, **asks)
