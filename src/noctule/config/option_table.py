"""The one table of options.

Everything else about options is derived from it: which names and letters the reader knows, which values they
take, what they are when nobody sets them, and what an untrusted user may set on a command line.  The order is that of
`sendmail -bO`.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How the text of a value is read."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    OCTAL = "octal"
    TIME = "time"  # seconds
    LETTER = "letter"  # the first character of the value, as it stands
    STRING = "string"  # macros expanded when the line is read
    TEMPLATE = "template"  # macros expanded when it is used
    WORDS = "words"
    PAIR = "pair"  # N/M
    PORTS = "ports"


class Relevance(Enum):
    """What the option means to Noctule."""

    CORE = "core"
    USEFUL = "useful"
    IGNORED = "accepted and ignored"


BOOLEAN, INTEGER, OCTAL, TIME, LETTER = Kind.BOOLEAN, Kind.INTEGER, Kind.OCTAL, Kind.TIME, Kind.LETTER
STRING, TEMPLATE, WORDS, PAIR, PORTS = Kind.STRING, Kind.TEMPLATE, Kind.WORDS, Kind.PAIR, Kind.PORTS
USEFUL, IGNORED = Relevance.USEFUL, Relevance.IGNORED


@dataclass(frozen=True, slots=True)
class Option:
    """One option, or one suboption (`Timeout.helo`)."""

    name: str  # "" for those that have only a letter
    kind: Kind
    default: str  # as a configuration would write it; "" for none, zero, or "see the machine"
    letter: str = ""
    unit: str = ""  # of a time that is a bare number
    safe: bool = False  # an untrusted user may set it
    relevance: Relevance = Relevance.CORE
    stock: bool = True  # Debian's Sendmail has it, too


# fmt: off
TABLE: tuple[Option, ...] = (
    Option("SevenBitInput", BOOLEAN, "false", letter="7", safe=True),
    Option("EightBitMode", LETTER, "p", letter="8", safe=True),
    Option("AliasFile", WORDS, "", letter="A"),
    Option("AliasWait", TIME, "0", letter="a", unit="m", relevance=IGNORED),
    Option("BlankSub", LETTER, " ", letter="B"),
    Option("MinFreeBlocks", INTEGER, "0", letter="b", safe=True),
    Option("CheckpointInterval", INTEGER, "10", letter="C", safe=True, relevance=IGNORED),
    Option("HoldExpensive", BOOLEAN, "false", letter="c", relevance=USEFUL),
    Option("DeliveryMode", LETTER, "b", letter="d", safe=True),
    Option("ErrorHeader", TEMPLATE, "", letter="E", relevance=USEFUL),
    Option("ErrorMode", LETTER, "p", letter="e", safe=True),
    Option("TempFileMode", OCTAL, "0600", letter="F", relevance=IGNORED),
    Option("SaveFromLine", BOOLEAN, "false", letter="f", relevance=USEFUL),
    Option("MatchGECOS", BOOLEAN, "false", letter="G", relevance=IGNORED),
    Option("", STRING, "", letter="g", relevance=IGNORED),
    Option("HelpFile", STRING, "", letter="H", relevance=USEFUL),
    Option("MaxHopCount", INTEGER, "25", letter="h"),
    Option("ResolverOptions", WORDS, "", letter="I", relevance=USEFUL),
    Option("IgnoreDots", BOOLEAN, "false", letter="i", safe=True),
    Option("ForwardPath", TEMPLATE, "", letter="J"),
    Option("SendMimeErrors", BOOLEAN, "true", letter="j", safe=True),
    Option("ConnectionCacheSize", INTEGER, "1", letter="k", relevance=USEFUL),
    Option("ConnectionCacheTimeout", TIME, "5m", letter="K", unit="m", relevance=USEFUL),
    Option("UseErrorsTo", BOOLEAN, "false", letter="l", relevance=IGNORED),
    Option("LogLevel", INTEGER, "9", letter="L", safe=True),
    Option("MeToo", BOOLEAN, "true", letter="m", safe=True, relevance=USEFUL),
    Option("", STRING, "", letter="M"),
    Option("CheckAliases", BOOLEAN, "false", letter="n", relevance=USEFUL),
    Option("OldStyleHeaders", BOOLEAN, "false", letter="o", safe=True),
    Option("DaemonPortOptions", PORTS, "", letter="O"),
    Option("PrivacyOptions", WORDS, "", letter="p", safe=True),
    Option("PostmasterCopy", STRING, "", letter="P", relevance=USEFUL),
    Option("QueueFactor", INTEGER, "600000", letter="q", relevance=USEFUL),
    Option("QueueDirectory", STRING, "", letter="Q"),
    Option("DontPruneRoutes", BOOLEAN, "false", letter="R", relevance=IGNORED),
    Option("Timeout", STRING, "", letter="r"),
    Option("StatusFile", STRING, "", letter="S", relevance=USEFUL),
    Option("SuperSafe", LETTER, "t", letter="s", safe=True, relevance=IGNORED),
    Option("QueueTimeout", STRING, "", letter="T"),
    Option("TimeZoneSpec", STRING, "", letter="t", relevance=USEFUL),
    Option("UserDatabaseSpec", WORDS, "", letter="U", relevance=IGNORED),
    Option("DefaultUser", STRING, "", letter="u"),
    Option("FallbackMXhost", STRING, "", letter="V", relevance=USEFUL),
    Option("Verbose", BOOLEAN, "false", letter="v", safe=True),
    Option("TryNullMXList", BOOLEAN, "false", letter="w"),
    Option("QueueLA", INTEGER, "", letter="x"),
    Option("RefuseLA", INTEGER, "", letter="X"),
    Option("RecipientFactor", INTEGER, "30000", letter="y"),
    Option("ForkEachJob", BOOLEAN, "false", letter="Y", relevance=IGNORED),
    Option("ClassFactor", INTEGER, "1800", letter="z"),
    Option("RetryFactor", INTEGER, "90000", letter="Z"),
    Option("QueueSortOrder", LETTER, "p", safe=True),
    Option("HostsFile", STRING, "/etc/hosts", relevance=USEFUL),
    Option("MinQueueAge", TIME, "0", unit="m", safe=True),
    Option("DefaultCharSet", STRING, "unknown-8bit", safe=True, relevance=USEFUL),
    Option("ServiceSwitchFile", STRING, "/etc/mail/service.switch", relevance=USEFUL),
    Option("DialDelay", TIME, "0", unit="s", safe=True, relevance=IGNORED),
    Option("NoRecipientAction", STRING, "none", safe=True),
    Option("SafeFileEnvironment", STRING, ""),
    Option("MaxMessageSize", INTEGER, "0"),
    Option("ColonOkInAddr", BOOLEAN, "true", safe=True),
    Option("MaxQueueRunSize", INTEGER, "0", safe=True, relevance=USEFUL),
    Option("MaxDaemonChildren", INTEGER, "0"),
    Option("DontExpandCnames", BOOLEAN, "false"),
    Option("MustQuoteChars", STRING, "@,;:\\()[].'"),
    Option("SmtpGreetingMessage", TEMPLATE, "$j Sendmail $v ready at $b"),
    Option("UnixFromLine", TEMPLATE, "From $g  $d"),
    Option("OperatorChars", STRING, ".:@[]"),
    Option("DontInitGroups", BOOLEAN, "false", relevance=USEFUL),
    Option("SingleLineFromHeader", BOOLEAN, "false", safe=True, relevance=USEFUL),
    Option("AllowBogusHELO", BOOLEAN, "false", safe=True),
    Option("ConnectionRateThrottle", INTEGER, "0", relevance=USEFUL),
    Option("UnsafeGroupWrites", BOOLEAN, "true", relevance=IGNORED),
    Option("DoubleBounceAddress", STRING, "postmaster"),
    Option("HostStatusDirectory", STRING, "", relevance=USEFUL),
    Option("SingleThreadDelivery", BOOLEAN, "false", relevance=USEFUL),
    Option("RunAsUser", STRING, ""),
    Option("RrtImpliesDsn", BOOLEAN, "false"),
    Option("PidFile", STRING, ""),
    Option("DontBlameSendmail", WORDS, ""),
    Option("DontProbeInterfaces", LETTER, "f"),
    Option("MaxRecipientsPerMessage", INTEGER, "0", safe=True),
    Option("DeadLetterDrop", STRING, "", relevance=USEFUL),
    Option("MaxAliasRecursion", INTEGER, "10"),
    Option("ConnectOnlyTo", STRING, "", relevance=USEFUL),
    Option("TrustedUser", STRING, ""),
    Option("MaxMimeHeaderLength", PAIR, "2048/1024", relevance=USEFUL),
    Option("ControlSocketName", STRING, "", relevance=USEFUL),
    Option("MaxHeadersLength", INTEGER, "32768"),
    Option("ProcessTitlePrefix", STRING, "", relevance=IGNORED),
    Option("DefaultAuthInfo", STRING, "", relevance=USEFUL),
    Option("AuthMechanisms", WORDS, "EXTERNAL GSSAPI KERBEROS_V4 DIGEST-MD5 CRAM-MD5"),
    Option("ClientPortOptions", PORTS, ""),
    Option("DataFileBufferSize", INTEGER, "4096", relevance=IGNORED),
    Option("XscriptFileBufferSize", INTEGER, "4096", relevance=IGNORED),
    Option("LDAPDefaultSpec", STRING, "", relevance=USEFUL),
    Option("ServerCertFile", STRING, ""),
    Option("ServerKeyFile", STRING, ""),
    Option("ClientCertFile", STRING, ""),
    Option("ClientKeyFile", STRING, ""),
    Option("CACertFile", STRING, ""),
    Option("CACertPath", STRING, ""),
    Option("DHParameters", STRING, "", relevance=USEFUL),
    Option("InputMailFilters", WORDS, ""),
    Option("Milter", STRING, ""),
    Option("AuthOptions", STRING, ""),
    Option("QueueFileMode", OCTAL, "0600", relevance=IGNORED),
    Option("CertFingerprintAlgorithm", STRING, "", relevance=USEFUL),
    Option("CipherList", STRING, ""),
    Option("RandFile", STRING, "", relevance=IGNORED),
    Option("TLSSrvOptions", STRING, ""),
    Option("BadRcptThrottle", INTEGER, "0", safe=True),
    Option("DeliverByMin", TIME, "0", unit="s", relevance=USEFUL),
    Option("MaxQueueChildren", INTEGER, "0", relevance=USEFUL),
    Option("MaxRunnersPerQueue", INTEGER, "1", relevance=IGNORED),
    Option("DirectSubmissionModifiers", STRING, ""),
    Option("NiceQueueRun", INTEGER, "0", relevance=IGNORED),
    Option("SharedMemoryKey", INTEGER, "0", relevance=IGNORED),
    Option("AuthMaxBits", INTEGER, "", relevance=IGNORED),
    Option("MailboxDatabase", STRING, "pw"),
    Option("UseMSP", BOOLEAN, "false"),
    Option("DelayLA", INTEGER, "0", relevance=USEFUL),
    Option("FastSplit", INTEGER, "1", relevance=USEFUL),
    Option("SoftBounce", BOOLEAN, "false", relevance=USEFUL),
    Option("SharedMemoryKeyFile", STRING, "", relevance=IGNORED),
    Option("RejectLogInterval", TIME, "3h", unit="h", relevance=USEFUL),
    Option("RequiresDirfsync", BOOLEAN, "true", relevance=IGNORED),
    Option("ConnectionRateWindowSize", TIME, "60s", unit="s"),
    Option("CRLFile", STRING, "", relevance=USEFUL),
    Option("FallbackSmartHost", STRING, ""),
    Option("AuthRealm", STRING, ""),
    Option("CRLPath", STRING, "", relevance=USEFUL),
    Option("HeloName", STRING, ""),
    Option("MaxNOOPCommands", INTEGER, "20"),
    Option("BadRcptShutdown", INTEGER, "0", safe=True, relevance=USEFUL),
    Option("BadRcptShutdownGood", INTEGER, "0", safe=True, relevance=USEFUL),
    Option("ServerSSLOptions", WORDS, ""),
    Option("ClientSSLOptions", WORDS, ""),
    Option("MaxQueueAge", TIME, "0", unit="m"),
    Option("RejectNUL", BOOLEAN, "false", safe=True, relevance=IGNORED),
    Option("UseCompressedIPv6Addresses", BOOLEAN, "false"),
    Option("SSLEngine", STRING, "", relevance=IGNORED),
    Option("SSLEnginePath", STRING, "", relevance=IGNORED),
    Option("TLSFallbacktoClear", BOOLEAN, "false"),
    Option("SetCertAltnames", BOOLEAN, "false", relevance=USEFUL),
    Option("SmtpUTF8", BOOLEAN, "false", relevance=USEFUL),
    Option("StrictTransportSecurity", BOOLEAN, "false", relevance=USEFUL),
    Option("CipherSuites", STRING, ""),
    # suboptions
    Option("Timeout.initial", TIME, "5m", unit="m"),
    Option("Timeout.connect", TIME, "0", unit="m"),
    Option("Timeout.aconnect", TIME, "0", unit="m", relevance=USEFUL),
    Option("Timeout.iconnect", TIME, "0", unit="m", relevance=USEFUL),
    Option("Timeout.helo", TIME, "5m", unit="m"),
    Option("Timeout.mail", TIME, "10m", unit="m"),
    Option("Timeout.rcpt", TIME, "1h", unit="m"),
    Option("Timeout.datainit", TIME, "5m", unit="m"),
    Option("Timeout.datablock", TIME, "1h", unit="m"),
    Option("Timeout.datafinal", TIME, "1h", unit="m"),
    Option("Timeout.command", TIME, "1h", unit="m"),
    Option("Timeout.rset", TIME, "5m", unit="m", relevance=USEFUL),
    Option("Timeout.quit", TIME, "2m", unit="m", relevance=USEFUL),
    Option("Timeout.misc", TIME, "2m", unit="m", relevance=USEFUL),
    Option("Timeout.ident", TIME, "5s", unit="m", relevance=IGNORED),
    Option("Timeout.fileopen", TIME, "60s", unit="m"),
    Option("Timeout.control", TIME, "2m", unit="m", relevance=USEFUL),
    Option("Timeout.lhlo", TIME, "2m", unit="m"),
    Option("Timeout.auth", TIME, "10m", unit="m"),
    Option("Timeout.starttls", TIME, "1h", unit="m"),
    Option("Timeout.queuewarn", TIME, "0", unit="h"),
    Option("Timeout.queuewarn.normal", TIME, "0", unit="h"),
    Option("Timeout.queuewarn.urgent", TIME, "0", unit="h"),
    Option("Timeout.queuewarn.non-urgent", TIME, "0", unit="h"),
    Option("Timeout.queuewarn.dsn", TIME, "0", unit="h"),
    Option("Timeout.queuereturn", TIME, "5d", unit="d"),
    Option("Timeout.queuereturn.normal", TIME, "5d", unit="d"),
    Option("Timeout.queuereturn.urgent", TIME, "5d", unit="d"),
    Option("Timeout.queuereturn.non-urgent", TIME, "5d", unit="d"),
    Option("Timeout.queuereturn.dsn", TIME, "5d", unit="d"),
    Option("Timeout.queuewarn.*", TIME, "", unit="h"),
    Option("Timeout.queuereturn.*", TIME, "", unit="d"),
    Option("Timeout.hoststatus", TIME, "30m", unit="m", relevance=USEFUL),
    Option("Timeout.resolver.retrans", TIME, "", unit="s"),
    Option("Timeout.resolver.retrans.normal", TIME, "", unit="s"),
    Option("Timeout.resolver.retrans.first", TIME, "", unit="s"),
    Option("Timeout.resolver.retry", INTEGER, ""),
    Option("Timeout.resolver.retry.normal", INTEGER, ""),
    Option("Timeout.resolver.retry.first", INTEGER, ""),
    Option("Milter.LogLevel", INTEGER, "-1"),
    Option("Milter.macros.connect", WORDS, ""),
    Option("Milter.macros.helo", WORDS, ""),
    Option("Milter.macros.envfrom", WORDS, ""),
    Option("Milter.macros.envrcpt", WORDS, ""),
    Option("Milter.macros.data", WORDS, ""),
    Option("Milter.macros.eoh", WORDS, ""),
    Option("Milter.macros.eom", WORDS, ""),
    # of other builds of Sendmail: accepted, because a configuration may come from one
    Option("DontLockFilesForRead", BOOLEAN, "true", relevance=IGNORED, stock=False),
    Option("MaxForwardEntries", INTEGER, "0", relevance=IGNORED, stock=False),
    Option("RefuseLowMem", INTEGER, "0", relevance=IGNORED, stock=False),
    Option("QueueLowMem", INTEGER, "0", relevance=IGNORED, stock=False),
    Option("MemoryResource", STRING, "", relevance=IGNORED, stock=False),
    Option("MessageAccept", STRING, "", relevance=IGNORED, stock=False),
    Option("CheckQueueRunners", INTEGER, "0", relevance=IGNORED, stock=False),
    Option("EightBitAddrOK", BOOLEAN, "false", relevance=IGNORED, stock=False),
    Option("AddrTypeModes", BOOLEAN, "false", relevance=IGNORED, stock=False),
    Option("BadRcptThrottleDelay", INTEGER, "1", relevance=IGNORED, stock=False),
    Option("InetQoS", STRING, "", relevance=IGNORED, stock=False),
    Option("FIPSMode", BOOLEAN, "false", relevance=IGNORED, stock=False),
    Option("BounceQueue", STRING, "", relevance=IGNORED, stock=False),
    Option("AddBcc", BOOLEAN, "false", relevance=IGNORED, stock=False),
    Option("NameServer", STRING, "", relevance=USEFUL, stock=False),
    Option("DANE", LETTER, "f", relevance=USEFUL, stock=False),
    Option("NameSearchList", STRING, "", relevance=IGNORED, stock=False),
    Option("KeepBcc", BOOLEAN, "false", relevance=IGNORED, stock=False),
    Option("Hacks", INTEGER, "0", relevance=IGNORED, stock=False),
    Option("ClientCACertFile", STRING, "", relevance=IGNORED, stock=False),
    Option("ClientCACertPath", STRING, "", relevance=IGNORED, stock=False),
    Option("RemoteMode", STRING, "", letter=">", relevance=IGNORED, stock=False),
    # Noctule's own
    Option("Workers", INTEGER, "0", stock=False),  # 0: one for each core
    Option("LogFormat", STRING, "syslog", stock=False),
    Option("QueueStore", STRING, "sqlite", stock=False),
    Option("ServerNameDirectory", STRING, "", relevance=USEFUL, stock=False),
    Option("Chunking", BOOLEAN, "false", relevance=USEFUL, stock=False),
    Option("SaslConfPath", STRING, "/etc/sasl2:/etc/sasl:/usr/lib/sasl2:/usr/lib/sasl", stock=False),
)
# fmt: on

# Read and checked, and for now without effect.  Whoever gives one a meaning takes it out: a test asks.
# fmt: off
WITHOUT_EFFECT_YET = frozenset((
    "CheckAliases", "OldStyleHeaders",
    "StatusFile", "TimeZoneSpec", "Verbose",
    "DontInitGroups", "SingleLineFromHeader",
    "ControlSocketName",
    "Milter",
    "UseMSP", "FastSplit", "RejectLogInterval",
    "Timeout.control",
    "Timeout.resolver.retrans.normal", "Timeout.resolver.retrans.first",
    "Timeout.resolver.retry.normal", "Timeout.resolver.retry.first", "Milter.LogLevel", "Milter.macros.connect",
    "Milter.macros.helo", "Milter.macros.envfrom", "Milter.macros.envrcpt", "Milter.macros.data", "Milter.macros.eoh",
    "Milter.macros.eom", "DANE",
))
# fmt: on

BY_NAME: dict[str, Option] = {option.name.lower(): option for option in TABLE if option.name}
BY_LETTER: dict[str, Option] = {option.letter: option for option in TABLE if option.letter}
_STOCK = [option for option in TABLE if option.stock and "." not in option.name]


def option_names() -> list[str]:
    """The listing of `sendmail -bO`: options that have only a letter show as an empty name."""
    return [option.name for option in _STOCK]


def matches(abbreviation: str) -> list[Option]:
    """The options a name may mean: the one it spells out, without case, or all it is the beginning of."""
    wanted = abbreviation.lower()
    exact = BY_NAME.get(wanted)
    if exact is not None:
        return [exact]
    return [option for option in _STOCK if option.name.lower().startswith(wanted) and option.name]
