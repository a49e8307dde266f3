"""AUTH as the options and Sendmail.conf want it."""

import base64
import secrets
import time
from collections.abc import Callable
from functools import lru_cache, partial

from noctule.accounts.choosing import choose_back_end, choose_tokens
from noctule.accounts.guesses import Guesses
from noctule.accounts.saslconf import read_sasl_configuration
from noctule.assembly.encryption import read_safely
from noctule.assembly.tables import safety_policy
from noctule.base.errors import ConfigurationError, TemporaryError
from noctule.base.text import from_bytes, to_bytes
from noctule.config import Options
from noctule.deliver.accesstokens import AccessTokens, trusting
from noctule.deliver.authentication import LoginSettings
from noctule.deliver.credentials import Identity, from_file
from noctule.files import Purpose, SafetyPolicy, write_file
from noctule.observe.log import Log
from noctule.receive.services import Passwords
from noctule.receive.settings import AuthSettings

_AUTHORITIES = 8  # files with authorities of authorisation servers


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
        tokens = choose_tokens(configuration, policy, time.time)
    except ConfigurationError as error:
        log.authentication_unavailable(str(error))
        return None
    return Passwords(back_end=back_end, guesses=guesses, mechanisms=configuration.mechanisms, tokens=tokens)


def auth_settings(options: Options) -> AuthSettings:
    """How clients may authenticate themselves."""
    return AuthSettings(
        mechanisms=tuple(options.words("AuthMechanisms")),
        letters=options.string("AuthOptions"),
        realm=options.string("AuthRealm"),
    )


def login_settings(options: Options, log: Log) -> LoginSettings:
    """How we authenticate ourselves to other hosts."""
    read = partial(_read, safety_policy(options), log)
    return LoginSettings(
        mechanisms=tuple(options.words("AuthMechanisms")),
        letters=options.string("AuthOptions"),
        nonce=lambda: base64.b64encode(secrets.token_bytes(18)),
        default=partial(_default_identity, options.string("DefaultAuthInfo"), read, log),
        secret=lambda path: read(path).rstrip("\r\n"),
        tokens=AccessTokens(read, _write, time.monotonic, lru_cache(_AUTHORITIES)(trusting)),
    )


def _read(policy: SafetyPolicy, log: Log, path: str) -> str:
    """A file with secrets.  Raises TemporaryError."""
    try:
        return from_bytes(read_safely(path, Purpose.AUTH_INFO, policy))
    except OSError as error:
        log.login_file_unusable(path, error.strerror or str(error))
        raise TemporaryError(f"{path}: {error.strerror}") from error


def _write(path: str, text: str) -> None:
    """Raises OSError."""
    write_file(path, to_bytes(text), mode=0o600)


def _default_identity(path: str, read: Callable[[str], str], log: Log) -> Identity | None:
    """What DefaultAuthInfo holds now."""
    if not path:
        return None
    text = read(path)
    try:
        return from_file(text)
    except ValueError as error:
        log.login_file_short(path, str(error))
        return None
