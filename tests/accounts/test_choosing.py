"""Back ends chosen by Sendmail.conf."""

import pytest

from noctule.accounts.choosing import choose_back_end
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
