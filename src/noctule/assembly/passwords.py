"""Who knows passwords, tokens and tickets here, as Sendmail.conf says."""

import time
from collections.abc import Callable

from noctule.accounts import kerberos
from noctule.accounts.choosing import choose_back_end, choose_tokens
from noctule.accounts.guesses import Guesses
from noctule.accounts.saslconf import SaslConfiguration, read_sasl_configuration
from noctule.assembly.encryption import read_safely
from noctule.assembly.settings import host_name
from noctule.assembly.tables import safety_policy
from noctule.base.errors import ConfigurationError
from noctule.config import Configuration
from noctule.files import Purpose
from noctule.observe.log import Log
from noctule.receive.services import Passwords
from noctule.sasl.steps import SecurityContext

_GSSAPI = "GSSAPI"


def open_passwords(site: Configuration, log: Log, guesses: Guesses) -> Passwords | None:
    """Who knows passwords here; None: nobody, and so AUTH is not offered.

    A Sendmail.conf that cannot be used costs AUTH, and no more: mail that needs none still flows.
    """
    options, policy = site.options, safety_policy(site.options)
    try:
        configuration = read_sasl_configuration(options.string("SaslConfPath"), policy)
        if not configuration.file:
            return None
        back_end = choose_back_end(configuration, policy)
        tokens = choose_tokens(configuration, policy, time.time)
    except ConfigurationError as error:
        log.authentication_unavailable(str(error))
        return None
    return Passwords(
        back_end=back_end,
        guesses=guesses,
        mechanisms=configuration.mechanisms,
        tokens=tokens,
        kerberos=_open_kerberos(site, configuration, log),
    )


def _open_kerberos(
    site: Configuration, configuration: SaslConfiguration, log: Log
) -> Callable[[], SecurityContext] | None:
    """Contexts for GSSAPI.  A site without a keytab is only told so if its Sendmail.conf names one."""
    allowed, named = configuration.mechanisms, {name.upper() for name in site.options.words("AuthMechanisms")}
    keytab = configuration.get("keytab")
    if _GSSAPI not in named or (allowed is not None and _GSSAPI not in allowed):
        return None
    try:
        if not kerberos.installed():
            raise ConfigurationError("keytab: needs the extra `gssapi'")
        if keytab:
            read_safely(keytab, Purpose.SASL_DATABASE, safety_policy(site.options))
        return kerberos.acceptor(host_name(site), keytab).accept
    except OSError as error:
        log.authentication_unavailable(f"{keytab}: {error.strerror}")
    except ConfigurationError as error:
        if keytab:
            log.authentication_unavailable(f"{configuration.file}: {error}")
    return None
