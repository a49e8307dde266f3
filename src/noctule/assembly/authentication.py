"""AUTH as the options and Sendmail.conf want it."""

import base64
import secrets
from functools import partial

from noctule.accounts.choosing import choose_back_end
from noctule.accounts.guesses import Guesses
from noctule.accounts.saslconf import read_sasl_configuration
from noctule.assembly.tables import safety_policy
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import from_bytes
from noctule.config import Options
from noctule.deliver.authentication import Identity, LoginSettings
from noctule.files import Purpose, SafetyError, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.observe.log import Log
from noctule.receive.services import Passwords
from noctule.receive.settings import AuthSettings
from noctule.sasl.steps import Credentials

_MAX_AUTH_INFO = 64 << 10  # bytes


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


def login_settings(options: Options) -> LoginSettings:
    """How we authenticate ourselves to other hosts."""
    return LoginSettings(
        mechanisms=tuple(options.words("AuthMechanisms")),
        letters=options.string("AuthOptions"),
        nonce=lambda: base64.b64encode(secrets.token_bytes(18)),
        default=partial(_default_identity, options),
    )


def _default_identity(options: Options) -> Identity | None:
    """DefaultAuthInfo: lines with user, authentication id, password, realm, mechanisms.  Raises TemporaryError."""
    path = options.string("DefaultAuthInfo")
    if not path:
        return None
    try:
        with open_for_reading(path, rules_for(Purpose.AUTH_INFO, safety_policy(options))) as file:
            text = from_bytes(read_bounded(file, _MAX_AUTH_INFO))
    except (OSError, SafetyError, TooLargeError) as error:
        raise TemporaryError(f"{path}: {getattr(error, 'strerror', '') or error}") from error
    author, name, password, realm, mechanisms, *_ = [*text.split("\n"), "", "", "", "", ""]
    credentials = Credentials(name=name or author, password=password, author=author, realm=realm)
    return Identity(credentials, tuple(mechanisms.upper().split()))
