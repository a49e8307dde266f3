"""AUTH as the options and Sendmail.conf want it."""

import base64
import secrets
import time
from collections.abc import Callable
from functools import lru_cache, partial

from noctule.accounts import kerberos
from noctule.assembly.encryption import read_safely
from noctule.assembly.tables import safety_policy
from noctule.base.errors import TemporaryError
from noctule.base.text import from_bytes, to_bytes
from noctule.config import Options
from noctule.deliver.accesstokens import AccessTokens, trusting
from noctule.deliver.authentication import LoginSettings
from noctule.deliver.credentials import Identity, from_file
from noctule.files import Purpose, SafetyPolicy, write_file
from noctule.observe.log import Log
from noctule.receive.settings import AuthSettings

_AUTHORITIES = 8  # files with authorities of authorisation servers


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
        kerberos=kerberos.initiate if kerberos.installed() else None,
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
