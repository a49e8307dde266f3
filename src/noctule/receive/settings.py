"""What this package is told; assembly fills these from the options."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from noctule.base.text import words_of
from noctule.receive.filters import WithoutFilter
from noctule.receive.load import Loads
from noctule.receive.proxied import Network
from noctule.symbols.headers import HeaderTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what one client may do.  0 means none, where a bound can be off."""

    message_size: int = 0  # MaxMessageSize, bytes
    header_size: int = 32768  # MaxHeadersLength, bytes
    recipients: int = 0  # MaxRecipientsPerMessage
    bad_recipients: int = 0  # BadRcptThrottle: beyond so many each further RCPT costs a second
    bad_recipients_close: int = 0  # BadRcptShutdown
    bad_recipients_share: int = 0  # BadRcptShutdownGood, percent of all recipients
    noops: int = 20  # MaxNOOPCommands
    connections: int = 0  # MaxDaemonChildren
    connections_per_second: int = 0  # ConnectionRateThrottle
    free_bytes: int = 0  # MinFreeBlocks, in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds.  `least` and `rate` bound what may take long in all: see `receive.patience`."""

    command: float = 3600.0  # Timeout.command
    text: float = 3600.0  # Timeout.datablock
    linger: float = 30.0  # for the last replies to be taken
    handshake: float = 3600.0  # Timeout.starttls
    least: float = 300.0  # for a whole command line or message, however short the others are
    rate: float = 16.0  # bytes a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """One DaemonPortOptions line.  `flags` is `${daemon_flags}`: letters between blanks, upper case doubled."""

    name: str = "Daemon0"
    flags: str = ""
    family: str = "inet"
    address: str = ""
    port: int = 25

    def has(self, letter: str) -> bool:
        """Whether M= holds the letter."""
        return (letter * 2 if letter.isupper() else letter) in words_of(self.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSettings:
    """How clients may authenticate themselves."""

    mechanisms: tuple[str, ...] = ()  # AuthMechanisms, and what Sendmail.conf leaves of them
    letters: str = ""  # AuthOptions
    realm: str = ""  # AuthRealm


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a message's priority is made of."""

    recipient_factor: int = 30_000
    class_factor: int = 1_800
    precedences: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # P lines, names in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSettings:
    """Everything about receiving on one daemon.  Templates hold macro codes."""

    host: str  # $j
    greeting: str  # SmtpGreetingMessage
    version: str = ""  # $v
    daemon: Daemon = field(default_factory=Daemon)
    without_filter: WithoutFilter = WithoutFilter.GO_ON  # of InputMailFilters, or I= of DaemonPortOptions
    behind: tuple[Network, ...] = ()  # proxies whose PROXY header is believed; (): clients come themselves
    limits: Limits = field(default_factory=Limits)
    children: int = 0  # c= of DaemonPortOptions: connections of this daemon at a time; 0: no limit of its own
    loads: Loads = field(default_factory=Loads)
    timeouts: Timeouts = field(default_factory=Timeouts)
    auth: AuthSettings = field(default_factory=AuthSettings)
    weights: Weights = field(default_factory=Weights)
    privacy: frozenset[str] = frozenset()  # PrivacyOptions words, goaway spelled out
    allow_bogus_hello: bool = False  # AllowBogusHELO
    reject_nul: bool = True  # RejectNUL; the safe answer is the default
    refuse_unlabelled_8bit: bool = False  # EightBitMode=strict
    save_from_line: bool = False  # SaveFromLine
    seven_bit_input: bool = False  # SevenBitInput
    deliver_by: int | None = 0  # DeliverByMin; None: the extension is off
    smtputf8: bool = False  # SmtpUTF8
    chunking: bool = False  # Chunking
    deliver_at_once: bool = True  # DeliveryMode interactive or background
    headers: tuple[HeaderTemplate, ...] = ()  # H lines
    help: Mapping[str, tuple[str, ...]] | None = None  # HelpFile: topic to lines; None: no such file
    fingerprint: str = ""  # CertFingerprintAlgorithm
    alternative_names: bool = False  # SetCertAltnames
    no_recipient_action: str = "none"  # NoRecipientAction, lower case
    rrt_implies_dsn: bool = False  # RrtImpliesDsn
