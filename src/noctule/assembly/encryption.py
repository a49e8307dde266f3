"""TLS as the options want it: contexts that follow their files."""

import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from errno import EPERM
from functools import partial

from noctule.assembly.tables import safety_policy
from noctule.config import SSL_OPTIONS, Configuration, TlsWishes, read_tls_wishes, ssl_options, tls_pairs
from noctule.deliver import ClientTls
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.net import ContextSettings, TlsContext, build_context
from noctule.net.certificates import is_digest
from noctule.observe.log import Log
from noctule.symbols.expand import expand

MAX_FILE = 16 << 20  # bytes of a file of certificates
MAX_CONTEXTS = 1000  # of server names, and of sessions with wishes of their own
_CHECK_EVERY = 1.0  # seconds for which files are taken to be as they were
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")
_AUTHORITIES = ("CACertPath", "CACertFile")
_RULESETS = {"server": "tls_srv_features", "client": "tls_clt_features"}
_SHORTEST = 2  # characters of wishes
NO_WISHES = TlsWishes()
Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(slots=True)
class _Kept:
    """A context and the files it was made of, as they were."""

    context: TlsContext | None
    stamp: Stamp
    checked: float


class Encryption:
    """The contexts of one process.  Implements what receive and deliver ask of TLS."""

    def __init__(self, configuration: Configuration, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self.log = log
        self._options = configuration.options
        self._clock = clock
        self._policy = safety_policy(configuration.options)
        self._kept: OrderedDict[tuple[str, ContextSettings], _Kept] = OrderedDict()  # least recently used first
        self._names = expand(self._options.string("ServerNameDirectory"), configuration.macros)
        self._settings = {"server": server_settings(configuration), "client": client_settings(configuration)}
        self._able: bool | None = None  # to be a server; None: nobody has asked yet

    def load(self) -> None:
        """Read everything now, with the rights this process has."""
        self.server()
        self.client()

    def server(self, wishes: str = "", *, asks: bool | None = None, relay: str = "") -> TlsContext | None:
        """A context for a client; None: there is no TLS, or the wishes make no sense."""
        if self._able is None:
            self._able = self._complete()
        if not self._able:
            return None
        wanted = self._wishes("server", wishes, relay)
        if wanted is None:
            return None
        settings = changed(self._settings["server"], wanted)
        return self._context("server", settings if asks is None else replace(settings, asks=asks))

    @property
    def fingerprint(self) -> str:
        """CertFingerprintAlgorithm; "" when there is none or it makes no sense."""
        digest = self._options.string("CertFingerprintAlgorithm")
        return digest if is_digest(digest) else ""

    def client(self, wishes: str = "", *, relay: str = "") -> ClientTls | None:
        """What a connection to a server is made with; None: the wishes make no sense."""
        wanted = self._wishes("client", wishes, relay)
        context = self._context("client", changed(self._settings["client"], wanted)) if wanted is not None else None
        if wanted is None or context is None:
            return None
        return ClientTls(
            context,
            names_server=wanted.names_server,
            fallback=wanted.fallback,
            strict=wanted.strict_transport,
            dane=wanted.dane,
        )

    def _wishes(self, side: str, text: str, relay: str) -> TlsWishes | None:
        """As a session wants it; None, and why in the log: that makes no sense."""
        if len(text.strip('"')) < _SHORTEST:
            return NO_WISHES
        ruleset, pairs = _RULESETS[side], []
        try:
            for key, value in tls_pairs(text):
                self.log.tls_wish(ruleset, key, value, relay=relay)
                pairs.append((key, value))
            return read_tls_wishes(pairs)
        except ValueError as error:
            self.log.tls_wishes_refused(ruleset, str(error), relay=relay)
            return None

    def _complete(self) -> bool:
        """Whether the options say all that a server needs."""
        options = self._options
        digest, anonymous = options.string("CertFingerprintAlgorithm"), "C" in options.string("TLSSrvOptions")
        if digest and not is_digest(digest):
            self.log.tls_setup(f"STARTTLS=init, CertFingerprintAlgorithm={digest}, status=invalid", 1)
            return False
        for name in ("ServerCertFile", "ServerKeyFile", *_AUTHORITIES):
            if not options.string(name):
                self.log.tls_setup(f"STARTTLS: {name} missing", 13)
                if not (anonymous and name.startswith("Server")):
                    return False
        if not options.string("CRLFile"):
            self.log.tls_setup("STARTTLS: CRLFile missing", 13)
        return True

    def _context(self, side: str, settings: ContextSettings) -> TlsContext | None:
        """The one that is kept, unless its files are others now; then a new one, if that can be made."""
        key = side, settings
        kept, now = self._kept.get(key), self._clock()
        if kept is not None:
            self._kept.move_to_end(key)
            if now - kept.checked < _CHECK_EVERY:
                return kept.context
        stamp = _stamp(settings)
        if kept is not None and kept.stamp == stamp:
            kept.checked = now
            return kept.context
        context = build_context(
            settings,
            server=side == "server",
            read=self._read,
            say=self.log.tls_setup,
            by_name=partial(self._named, settings) if side == "server" and self._names else None,
        )
        if context is not None and not settings.strict:
            self.log.tls_setup(f"STARTTLS={side}, init=1", 13, problem=False)
        if context is None and kept is not None:
            context = kept.context  # better the old one than none
        if len(self._kept) >= MAX_CONTEXTS:
            self._kept.popitem(last=False)
        self._kept[key] = _Kept(context, stamp, now)
        return context

    def _named(self, settings: ContextSettings, name: str) -> TlsContext | None:
        """The context for a server name that has files of its own in ServerNameDirectory."""
        certificate = f"{self._names}/{name}.pem"
        if not _NAME.fullmatch(name) or not os.path.exists(certificate):  # noqa: PTH110
            return None
        return self._context("server", replace(settings, pairs=((certificate, f"{self._names}/{name}.key"),)))

    def _read(self, path: str, *, private: bool = False) -> bytes:
        purpose = Purpose.KEY if private else Purpose.CERTIFICATE
        return read_safely(path, purpose, self._policy)


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
        options=ssl_options(options.words("ServerSSLOptions"), SSL_OPTIONS["SSL_OP_CIPHER_SERVER_PREFERENCE"]),
        asks="V" not in options.string("TLSSrvOptions"),
    )


def client_settings(configuration: Configuration) -> ContextSettings:
    """What servers meet.  Authorities count only if both options name some."""
    options, settings = configuration.options, _common(configuration)
    if not all(options.string(name) for name in _AUTHORITIES):
        settings = replace(settings, ca_file="", ca_path="")
    return replace(
        settings,
        pairs=_pairs(configuration, options.string("ClientCertFile"), options.string("ClientKeyFile")),
        options=ssl_options(options.words("ClientSSLOptions"), SSL_OPTIONS["SSL_OP_NO_TICKET"]),
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


def changed(settings: ContextSettings, wishes: TlsWishes) -> ContextSettings:
    """Settings as one session wants them."""
    if wishes == NO_WISHES:
        return settings
    options = settings.options | wishes.options
    settings = replace(settings, strict=True, options=options, needs_lists=wishes.needs_lists)
    if wishes.cipher_list is not None:
        settings = replace(settings, cipher_list=wishes.cipher_list)
    if wishes.cipher_suites is not None:
        settings = replace(settings, cipher_suites=wishes.cipher_suites)
    if wishes.certificate_file and wishes.key_file:
        settings = replace(settings, pairs=((wishes.certificate_file, wishes.key_file),))
    return settings
