"""From Sendmail.conf to the back ends it asks for.

`pwcheck_method` holds words: `auxprop` (with `auxprop_plugin`, by default sasldb), `saslauthd`, and of ours `ldap`,
`dovecot`, `pam` and `passwordfile`.
"""

from collections.abc import Callable

from noctule.accounts import dovecot, pam, saslauthd, sasldb
from noctule.accounts.backend import BackEnd, Chain
from noctule.accounts.dovecot import DovecotBackEnd
from noctule.accounts.introspection import Introspection
from noctule.accounts.ldapbind import LdapBindBackEnd
from noctule.accounts.ldapdb import LdapdbBackEnd
from noctule.accounts.pam import PamBackEnd
from noctule.accounts.passwordfile import PasswordFileBackEnd
from noctule.accounts.saslauthd import SaslauthdBackEnd
from noctule.accounts.saslconf import SaslConfiguration
from noctule.accounts.sasldb import SasldbBackEnd
from noctule.accounts.signedtokens import SignedTokens
from noctule.accounts.sql import SqlBackEnd
from noctule.accounts.tokens import Tokens
from noctule.base.errors import ConfigurationError
from noctule.files import SafetyPolicy

PASSWORD_FILE = "/etc/mail/passwords"  # noqa: S105 - a file's name
Maker = Callable[[SaslConfiguration, SafetyPolicy], BackEnd]

_PLUGINS: dict[str, Maker] = {
    "ldapdb": lambda conf, _: LdapdbBackEnd.configured(conf.values),
    "sql": lambda conf, _: SqlBackEnd.configured(conf.values),
    "sasldb": lambda conf, policy: SasldbBackEnd(conf.get("sasldb_path", sasldb.PATH), policy),
}
_METHODS: dict[str, Maker] = {
    "saslauthd": lambda conf, _: SaslauthdBackEnd(conf.get("saslauthd_path", saslauthd.PATH)),
    "ldap": lambda conf, _: LdapBindBackEnd.configured(conf.values),
    "dovecot": lambda conf, _: DovecotBackEnd(conf.get("dovecot_path", dovecot.PATH)),
    "pam": lambda conf, _: PamBackEnd(conf.get("pam_service", pam.SERVICE)),
    "passwordfile": lambda conf, policy: PasswordFileBackEnd(conf.get("passwordfile_path", PASSWORD_FILE), policy),
}


def choose_back_end(configuration: SaslConfiguration, policy: SafetyPolicy) -> BackEnd:
    """The back ends asked for, as one.  Raises ConfigurationError for words that name none."""
    chosen: list[BackEnd] = []
    for method in configuration.words("pwcheck_method") or ("auxprop",):
        if method == "auxprop":
            plugins = configuration.words("auxprop_plugin") or ("sasldb",)
            chosen += [_made(_PLUGINS, "auxprop_plugin", plugin, configuration, policy) for plugin in plugins]
        else:
            chosen.append(_made(_METHODS, "pwcheck_method", method, configuration, policy))
    return chosen[0] if len(chosen) == 1 else Chain(chosen)


def choose_tokens(configuration: SaslConfiguration, policy: SafetyPolicy, clock: Callable[[], float]) -> Tokens | None:
    """Who can tell what bearer tokens say; None: nobody.  `clock` gives seconds since 1970.

    Raises ConfigurationError.
    """
    values, asks, reads = configuration.values, "oauth_introspection", "oauth_jwks"
    try:
        match bool(values.get(asks)), bool(values.get(reads)):
            case True, True:
                raise ConfigurationError(f"{asks}, {reads}: one of them, not both")
            case True, False:
                return Introspection.configured(values, clock)
            case False, True:
                return SignedTokens.configured(values, policy, clock)
    except ConfigurationError as error:
        raise ConfigurationError(f"{configuration.file}: {error}") from error
    return None


def _made(
    makers: dict[str, Maker], key: str, word: str, configuration: SaslConfiguration, policy: SafetyPolicy
) -> BackEnd:
    maker = makers.get(word.lower())
    if maker is None:
        raise ConfigurationError(f"{configuration.file}: {key}: {word}: not known here")
    try:
        return maker(configuration, policy)
    except ConfigurationError as error:
        raise ConfigurationError(f"{configuration.file}: {error}") from error
