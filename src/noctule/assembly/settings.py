"""Options of the configuration as the settings of each role."""

import os
import pwd
from collections.abc import Callable
from ipaddress import ip_network

from noctule.accounts import Account
from noctule.assembly.authentication import auth_settings
from noctule.assembly.filters import without_filter
from noctule.assembly.queues import retry_policy
from noctule.assembly.reportfields import completed_by
from noctule.assembly.rules import UNSET, numbers_of
from noctule.assembly.tables import safety_policy
from noctule.base.errors import ConfigurationError
from noctule.base.text import from_bytes
from noctule.config import Configuration, DaemonPort, Options, translate
from noctule.deliver import EightBitRules, LocalSettings, RunnerSettings, SmtpSettings
from noctule.deliver.reports import Addressees
from noctule.deliver.wayout import WayOut, WaysOut
from noctule.dsn import Reporter
from noctule.files import Purpose, SafetyError, SafetyPolicy, TooLargeError, open_for_reading, read_bounded, rules_for
from noctule.mime import EightBitMode, MimeLimits, MimeSettings
from noctule.mqueue.model import SortOrder
from noctule.observe.log import Log
from noctule.privileged import Identity, Policy
from noctule.receive.dates import message_date
from noctule.receive.load import Loads
from noctule.receive.settings import Daemon, Limits, ReceiveSettings, Timeouts, Weights
from noctule.route.forward import forward_paths
from noctule.route.settings import RouteSettings
from noctule.smtp.client import Phase
from noctule.symbols.expand import expand

BLOCK = 1024  # bytes of the blocks MinFreeBlocks counts
MAX_HELP_FILE = 1 << 20  # bytes
_HELP_WITH_MACROS = "#vers\t2\n"
_DEFAULT_USERS = ("mailnull", "sendmail", "daemon")
GOAWAY = frozenset({"needmailhelo", "needexpnhelo", "needvrfyhelo", "noexpn", "novrfy", "noverb", "authwarnings"})


def host_name(configuration: Configuration) -> str:
    """`$j`, expanded."""
    return expand(configuration.macros.get("j") or "localhost", configuration.macros)


def privacy(options: Options) -> frozenset[str]:
    """PrivacyOptions with goaway spelled out; without SendMimeErrors there are no receipts: a DSN is MIME."""
    words = frozenset(word.lower() for word in options.words("PrivacyOptions"))
    if not options.boolean("SendMimeErrors"):
        words |= {"noreceipts"}
    return (words - {"goaway"}) | GOAWAY if "goaway" in words else words


def receive_settings(
    configuration: Configuration, daemon: Daemon, *, port: DaemonPort | None = None, workers: int = 1
) -> ReceiveSettings:
    """How mail is taken in on one daemon by one of so many workers, which count connections each for itself.

    `port` is what DaemonPortOptions say of it.
    """
    options, port = configuration.options, port or DaemonPort()
    return ReceiveSettings(
        host=host_name(configuration),
        greeting=options.string("SmtpGreetingMessage"),
        version=configuration.macros.get("v") or "",
        daemon=daemon,
        without_filter=without_filter(configuration, port),
        behind=tuple(ip_network(text) for text in port.behind),
        limits=_limits(options, workers),
        children=_share(max(port.children or 0, 0), workers),
        loads=_loads(options, port),
        timeouts=_timeouts(options),
        auth=auth_settings(options),
        weights=_weights(configuration),
        privacy=privacy(options),
        allow_bogus_hello=options.boolean("AllowBogusHELO"),
        refuse_unlabelled_8bit=options.string("EightBitMode")[:1] == "s",
        save_from_line=options.boolean("SaveFromLine"),
        seven_bit_input=options.boolean("SevenBitInput"),
        deliver_by=None if options.seconds("DeliverByMin") < 0 else options.seconds("DeliverByMin"),
        smtputf8=options.boolean("SmtpUTF8"),
        chunking=options.boolean("Chunking"),
        deliver_at_once=(port.delivery_mode or options.string("DeliveryMode"))[:1] in ("b", "i", ""),
        headers=tuple(configuration.headers),
        help=help_topics(options.string("HelpFile"), safety_policy(options)),
        fingerprint=options.string("CertFingerprintAlgorithm"),
        alternative_names=options.boolean("SetCertAltnames"),
        no_recipient_action=options.string("NoRecipientAction").lower(),
        rrt_implies_dsn=options.boolean("RrtImpliesDsn"),
    )


def _timeouts(options: Options) -> Timeouts:
    return Timeouts(
        command=options.seconds("Timeout.command"),
        text=options.seconds("Timeout.datablock"),
        handshake=options.seconds("Timeout.starttls"),
    )


def _weights(configuration: Configuration) -> Weights:
    return Weights(
        recipient_factor=configuration.options.integer("RecipientFactor"),
        class_factor=configuration.options.integer("ClassFactor"),
        precedences={name.lower(): value for name, value in configuration.precedences.items()},
    )


def _loads(options: Options, port: DaemonPort) -> Loads:
    """A daemon's own numbers go first; those nobody sets are in proportion to the processors."""
    processors = os.cpu_count() or 1
    queue = options.integer("QueueLA") if options.is_set("QueueLA") else 8 * processors
    refuse = options.integer("RefuseLA") if options.is_set("RefuseLA") else 12 * processors
    return Loads(
        delay=options.integer("DelayLA") if port.delay_la is None else port.delay_la,
        queue=queue if port.queue_la is None else port.queue_la,
        refuse=refuse if port.refuse_la is None else port.refuse_la,
        queue_factor=options.integer("QueueFactor"),
    )


def _limits(options: Options, workers: int) -> Limits:
    return Limits(
        message_size=options.integer("MaxMessageSize"),
        header_size=options.integer("MaxHeadersLength"),
        recipients=options.integer("MaxRecipientsPerMessage"),
        bad_recipients=options.integer("BadRcptThrottle"),
        bad_recipients_close=options.integer("BadRcptShutdown"),
        bad_recipients_share=options.integer("BadRcptShutdownGood"),
        noops=options.integer("MaxNOOPCommands"),
        connections=_share(options.integer("MaxDaemonChildren"), workers),
        connections_per_second=_share(options.integer("ConnectionRateThrottle"), workers),
        free_bytes=options.integer("MinFreeBlocks") * BLOCK,
    )


def _share(limit: int, workers: int) -> int:
    """One worker's part of a limit, rounded up; 0 stays none."""
    return -(-limit // workers)


def help_topics(path: str, policy: SafetyPolicy) -> dict[str, tuple[str, ...]] | None:
    """HelpFile: topic to lines, with macro codes where the file is of version 2; None when it cannot be read."""
    if not path:
        return None
    try:
        with open_for_reading(path, rules_for(Purpose.HELP, policy)) as file:
            text = from_bytes(read_bounded(file, MAX_HELP_FILE))
    except (OSError, SafetyError, TooLargeError):
        return None
    expanding = text.startswith(_HELP_WITH_MACROS)
    topics: dict[str, tuple[str, ...]] = {} if expanding else {"smtp": (translate("This is Sendmail version $v"),)}
    for line in text.split("\n"):
        topic, tab, words = line.partition("\t")
        if tab and not topic.startswith("#"):
            topics[topic] = (*topics.get(topic, ()), translate(words) if expanding else words)
    return topics


def route_settings(configuration: Configuration) -> RouteSettings:
    """How addresses are followed."""
    options = configuration.options
    paths = options.string("ForwardPath")
    return RouteSettings(
        host=host_name(configuration),
        max_alias_recursion=options.integer("MaxAliasRecursion"),
        forward_path=tuple(path for path in paths.split(":") if path),
        me_too=options.boolean("MeToo"),
        debug=configuration.debug,
    )


def smtp_settings(configuration: Configuration) -> SmtpSettings:
    """How other hosts are spoken to."""
    options = configuration.options
    name = options.string("HeloName")
    return SmtpSettings(
        debug=configuration.debug,
        name=expand(name, configuration.macros) if name else host_name(configuration),
        timeouts={phase: float(options.seconds(f"Timeout.{phase.value}")) for phase in Phase},
        connect=float(options.seconds("Timeout.connect") or 300),
        first_connect=float(options.seconds("Timeout.iconnect")),
        ways_out=_ways_out(options),
        all_connects=float(options.seconds("Timeout.aconnect")),
        cached_hosts=options.integer("ConnectionCacheSize"),
        cache_timeout=float(options.seconds("ConnectionCacheTimeout")),
        fallback_mx=options.string("FallbackMXhost"),
        fallback_smart_host=options.string("FallbackSmartHost"),
        try_null_mx_list=options.boolean("TryNullMXList"),
        single_thread=options.boolean("SingleThreadDelivery"),
    )


def _ways_out(options: Options) -> WaysOut:
    ports = options.ports("ClientPortOptions")
    by_family = {
        port.family: WayOut(source=port.address or None, modifiers=frozenset(port.modifiers)) for port in ports
    }
    return WaysOut(
        by_family=by_family, only_to=options.string("ConnectOnlyTo").rpartition("@")[2].removeprefix("IPv6:")
    )


def local_settings(configuration: Configuration) -> LocalSettings:
    """How mail is delivered on this host."""
    options = configuration.options
    return LocalSettings(
        debug=configuration.debug,
        environment=tuple(({"AGENT": "sendmail"} | configuration.environment).items()),
        unix_from_line=options.string("UnixFromLine"),
        file_lock_timeout=float(options.seconds("Timeout.fileopen")),
    )


def runner_settings(configuration: Configuration, queue_interval: float) -> RunnerSettings:
    """How the queue is worked off; `queue_interval` 0.0 means no queue runs."""
    options = configuration.options
    return RunnerSettings(
        retry=retry_policy(options, queue_interval),
        run_concurrency=_run_concurrency(options),
        run_interval=queue_interval,
        run_size=max(0, options.integer("MaxQueueRunSize")),
        order=SortOrder(options.string("QueueSortOrder")[:1].lower() or "p"),
        retry_factor=options.integer("RetryFactor"),
        max_hops=options.integer("MaxHopCount"),
        hold_expensive=options.boolean("HoldExpensive"),
        soft_bounce=options.boolean("SoftBounce"),
        trust_handed_over=True,
    )


def _run_concurrency(options: Options) -> int:
    """MaxQueueChildren, for each worker."""
    most = RunnerSettings().run_concurrency
    return min(options.integer("MaxQueueChildren"), most) if options.integer("MaxQueueChildren") > 0 else most


def reporter(configuration: Configuration) -> Reporter:
    """How bounces, warnings and receipts look."""
    options, macros = configuration.options, configuration.macros
    words = privacy(options)
    version = macros.get("v") or ""
    return Reporter(
        host=host_name(configuration),
        date=message_date,
        software=f"{version}/{macros.get('Z') or version}",
        name=macros.get("n") or "MAILER-DAEMON",
        mime=options.boolean("SendMimeErrors"),
        show_actual="noactualrecipient" not in words,
        return_body="nobodyreturn" not in words,
        error_header=_error_header(configuration),
        complete=completed_by(configuration),
    )


def _error_header(configuration: Configuration) -> Callable[[str], str]:
    """ErrorHeader: a text, or the file it is in, whose lines are expanded for each report."""
    options, macros = configuration.options, configuration.macros
    text = options.string("ErrorHeader")
    if text.startswith("/"):
        text = translate(_text_of(text, safety_policy(options)))
    daemon = macros.get("n")
    return lambda id_: expand(text, macros.child({"i": id_, "f": daemon, "g": daemon})) if text else ""


def _text_of(path: str, policy: SafetyPolicy) -> str:
    """ "" for a file that cannot be read: a bounce is worth more than what stands at its top."""
    try:
        with open_for_reading(path, rules_for(Purpose.ERROR_HEADER, policy)) as file:
            return from_bytes(read_bounded(file, MAX_HELP_FILE))
    except (OSError, SafetyError, TooLargeError):
        return ""


def addressees(options: Options) -> Addressees:
    """Who hears of failures besides the sender."""
    return Addressees(
        double_bounce=options.string("DoubleBounceAddress"),
        postmaster_copy=options.string("PostmasterCopy"),
        dead_letters=options.string("DeadLetterDrop"),
    )


def eight_bit_rules(configuration: Configuration, log: Log) -> EightBitRules:
    """What becomes of 8-bit data on its way to a mailer that cannot take it."""
    options, classes = configuration.options, configuration.classes
    settings = MimeSettings(
        host=host_name(configuration),
        charset=options.string("DefaultCharSet"),
        untouched=frozenset(classes.lowered("n")),
        quoted=frozenset(classes.lowered("q")),
        encodings=frozenset(classes.lowered("e")),
    )
    whole, parameter = options.pair("MaxMimeHeaderLength")
    limits = MimeLimits(
        whole=whole,
        parameter=parameter,
        text_fields=frozenset(classes.lowered("checkMIMETextHeaders")),
        fields=frozenset(classes.lowered("checkMIMEHeaders")),
        parameter_fields=frozenset(classes.lowered("checkMIMEFieldHeaders")),
    )
    mode = EightBitMode(options.string("EightBitMode")[:1] or "p")
    return EightBitRules(mode, settings, limits, log.field_cut)


def default_user(options: Options) -> Identity:
    """DefaultUser: who delivers for nobody in particular.  Never root."""
    spec = options.string("DefaultUser")
    uid, gid = numbers_of(spec) if spec else (UNSET, UNSET)
    if uid != UNSET:
        return Identity("", uid, gid if gid != UNSET else uid)
    for name in _DEFAULT_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(name, entry.pw_uid, entry.pw_gid)
    return Identity("", 1, 1)


def helper_policy(configuration: Configuration) -> Policy:
    """What the delivery helper will do for us at all."""
    options = configuration.options
    mailers = configuration.mailers.values()
    as_root = {m.path for m in mailers if "S" in m.flags or m.user.partition(":")[0] in ("root", "0")}
    return Policy(
        default_user=default_user(options),
        root_programs=frozenset(path for path in as_root if path.startswith("/")),
        root_mailboxes=not as_root.isdisjoint({"[MBOX]", "[MAILDIR]"}),
        root_files=_forwards_of_root(configuration),
        relaxations=options.words("DontBlameSendmail"),
        safe_file_environment=options.string("SafeFileEnvironment"),
    )


def _forwards_of_root(configuration: Configuration) -> frozenset[str]:
    """Where root's own `.forward` may be: as his, and no other file, it is read by root."""
    root = Account(name="root", uid=0, gid=0, home=pwd.getpwuid(0).pw_dir)
    settings = route_settings(configuration)
    return frozenset(forward_paths(settings.forward_path, root, "", configuration.macros))


def run_as(options: Options) -> tuple[int, int] | None:
    """RunAsUser as uid and gid.  Raises ConfigurationError for a name nobody has."""
    spec = options.string("RunAsUser")
    if not spec:
        return None
    uid, gid = numbers_of(spec)
    if uid == UNSET or gid == UNSET:
        raise ConfigurationError(f"readcf: option RunAsUser: unknown user {spec}")
    return uid, gid
