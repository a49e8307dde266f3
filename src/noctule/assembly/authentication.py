"""AUTH as the options and Sendmail.conf want it."""

from noctule.accounts.choosing import choose_back_end
from noctule.accounts.guesses import Guesses
from noctule.accounts.saslconf import read_sasl_configuration
from noctule.assembly.tables import safety_policy
from noctule.base.errors import ConfigurationError
from noctule.config import Options
from noctule.observe.log import Log
from noctule.receive.services import Passwords
from noctule.receive.settings import AuthSettings


def open_passwords(options: Options, log: Log, guesses: Guesses) -> Passwords | None:
    """Who knows passwords here; None: nobody, and so AUTH is not offered.

    A Sendmail.conf that cannot be used costs AUTH, and no more: mail that needs none still flows.
    """
    policy = safety_policy(options)
    try:
        configuration = read_sasl_configuration(options.string("SaslConfPath"), policy)
        if not configuration.file:
            return None
        back_end = choose_back_end(configuration, policy)
    except ConfigurationError as error:
        log.authentication_unavailable(str(error))
        return None
    return Passwords(back_end=back_end, guesses=guesses, mechanisms=configuration.mechanisms)


def auth_settings(options: Options) -> AuthSettings:
    """How clients may authenticate themselves."""
    return AuthSettings(
        mechanisms=tuple(options.words("AuthMechanisms")),
        letters=options.string("AuthOptions"),
        realm=options.string("AuthRealm"),
    )
