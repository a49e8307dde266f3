"""TLS as the options want it: contexts that follow their files."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from errno import EPERM

from noctule.assembly.tables import safety_policy
from noctule.config import Configuration, ssl_options
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.net import ContextSettings, TlsChanges, TlsContext, build_context
from noctule.observe.log import Log
from noctule.symbols.expand import expand

MAX_FILE = 16 << 20  # bytes of a file of certificates
MAX_CONTEXTS = 100  # of sessions with wishes of their own
_CHECK_EVERY = 1.0  # seconds for which files are taken to be as they were
Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(slots=True)
class _Kept:
    """A context and the files it was made of, as they were."""

    context: TlsContext | None
    stamp: Stamp
    checked: float


class Encryption:
    """The contexts of one process.  Implements what receive and deliver ask of TLS."""

    def __init__(
        self, configuration: Configuration, log: Log, clock: Callable[[], float] = time.monotonic, *, tells: bool = True
    ) -> None:
        self._configuration = configuration
        self._log = log
        self._tells = tells
        self._clock = clock
        self._policy = safety_policy(configuration.options)
        self._kept: dict[tuple[str, ContextSettings], _Kept] = {}
        self._server = server_settings(configuration)
        self._unable = self._missing()

    def server(self, changes: TlsChanges) -> TlsContext | None:
        """A context for a client; None: there is no TLS."""
        return None if self._unable else self._context("server", changed(self._server, changes))

    def _missing(self) -> bool:
        """Whether the options leave out what a server needs."""
        options = self._configuration.options
        needed = ["ServerCertFile", "ServerKeyFile"] if "C" not in options.string("TLSSrvOptions") else []
        for name in (*needed, "CACertPath", "CACertFile"):
            if not options.string(name):
                self._say(f"STARTTLS: {name} missing", 13)
                return True
        return False

    def _context(self, side: str, settings: ContextSettings) -> TlsContext | None:
        """The one that is kept, unless its files are others now; then a new one, if that can be made."""
        key = side, settings
        kept, now = self._kept.get(key), self._clock()
        if kept is not None and now - kept.checked < _CHECK_EVERY:
            return kept.context
        stamp = _stamp(settings)
        if kept is not None and kept.stamp == stamp:
            kept.checked = now
            return kept.context
        context = build_context(settings, server=side == "server", read=self._read, say=self._say)
        self._say(f"STARTTLS={side}, init={int(context is not None)}", 13, problem=False)
        if context is None and kept is not None:
            context = kept.context  # better the old one than none
        if len(self._kept) >= MAX_CONTEXTS:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = _Kept(context, stamp, now)
        return context

    def _read(self, path: str, *, private: bool = False) -> bytes:
        purpose = Purpose.KEY if private else Purpose.CERTIFICATE
        return read_safely(path, purpose, self._policy)

    def _say(self, text: str, level: int, *, problem: bool = True) -> None:
        if self._tells:
            self._log.tls_setup(text, level, problem=problem)


def read_safely(path: str, purpose: Purpose, policy: SafetyPolicy) -> bytes:
    """A file's bytes.  Raises OSError, with what makes the file unsafe as its `strerror`."""
    try:
        with open_for_reading(path, rules_for(purpose, policy)) as file:
            return read_bounded(file, MAX_FILE)
    except SafetyError as error:
        raise OSError(EPERM, error.reason, path) from error
    except TooLargeError as error:
        raise OSError(EPERM, str(error), path) from error


def _stamp(settings: ContextSettings) -> Stamp:
    return tuple(_seen(path) for path in settings.files)


def _seen(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def server_settings(configuration: Configuration) -> ContextSettings:
    """What clients meet."""
    options = configuration.options
    return replace(
        _common(configuration),
        pairs=_pairs(configuration, options.string("ServerCertFile"), options.string("ServerKeyFile")),
        options=ssl_options(options.words("ServerSSLOptions")),
        asks="V" not in options.string("TLSSrvOptions"),
    )


def _common(configuration: Configuration) -> ContextSettings:
    options, macros = configuration.options, configuration.macros
    return ContextSettings(
        ca_file=expand(options.string("CACertFile"), macros),
        ca_path=expand(options.string("CACertPath"), macros),
        crl_file=expand(options.string("CRLFile"), macros),
        crl_path=expand(options.string("CRLPath"), macros),
        cipher_list=options.string("CipherList"),
        cipher_suites=options.string("CipherSuites"),
        groups=options.string("DHParameters"),
    )


def _pairs(configuration: Configuration, certificates: str, keys: str) -> tuple[tuple[str, str], ...]:
    """Two may stand on each side of a comma: RSA and ECDSA.  One without a partner counts nothing."""
    macros = configuration.macros
    firsts = expand(certificates, macros).split(",", 1)
    seconds = expand(keys, macros).split(",", 1)
    return tuple((first, second) for first, second in zip(firsts, seconds, strict=False) if first and second)


def changed(settings: ContextSettings, changes: TlsChanges) -> ContextSettings:
    """Settings as one session wants them."""
    if changes.asks is not None:
        settings = replace(settings, asks=changes.asks)
    if changes.options is not None:
        settings = replace(settings, options=ssl_options(changes.options.replace(",", " ").split()))
    if changes.cipher_list is not None:
        settings = replace(settings, cipher_list=changes.cipher_list)
    if changes.cipher_suites is not None:
        settings = replace(settings, cipher_suites=changes.cipher_suites)
    if changes.certificate_file and changes.key_file:
        settings = replace(settings, pairs=((changes.certificate_file, changes.key_file),))
    return settings
