"""The one table of what is logged: each kind of line with the LogLevel it appears at, its priority and its words.

Tools that read maillog depend on these: levels, priorities, order and limits of the keys are Sendmail's.  The names of
the facts are the keys of the JSON form too (`forms`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from noctule.observe.sinks import Priority
from noctule.observe.text import address_lines, duration, shortened

Fact = str | int | float | Sequence[str]
Facts = Mapping[str, Fact]
_ADDRESSES_AND_REST = 924
_LIMITS = {"from": 200, "msgid": 100}  # characters a value is cut at
_MIDDLES = {"quarantine": 203, "reply": 203, "stat": 203}  # of longer values the middle is left out


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of line.  `text` has a place for each fact, or makes the texts of one event from them."""

    event: str
    level: int
    priority: Priority
    text: str | Callable[[Facts], Iterator[str]]

    def texts(self, facts: Facts) -> Iterator[str]:
        """What follows the queue id."""
        if isinstance(self.text, str):
            yield self.text.format_map(facts)
        else:
            yield from self.text(facts)


def _pairs(facts: Facts) -> str:
    """`key=value, ...`; what is "" has no key."""
    return ", ".join([f"{key}={_value(key, fact)}" for key, fact in facts.items() if fact != ""])


def _value(key: str, fact: Fact) -> Fact:
    if isinstance(fact, float):
        return duration(fact)
    if isinstance(fact, str) and key in _LIMITS:
        return fact[: _LIMITS[key]]
    if isinstance(fact, str) and key in _MIDDLES:
        return shortened(fact, _MIDDLES[key])
    return fact


def _listed(facts: Facts) -> Iterator[str]:
    yield _pairs(facts)


def _behind(start: str) -> Callable[[Facts], Iterator[str]]:
    def texts(facts: Facts) -> Iterator[str]:
        yield start + _pairs(facts)

    return texts


def _recipients(facts: Facts) -> Iterator[str]:
    """`to=`: in several lines when there are many."""
    shown = ", " + _pairs({key: fact for key, fact in facts.items() if key != "to"})
    *parts, last = address_lines(list(_texts(facts["to"])), len(shown), _ADDRESSES_AND_REST)
    for part in parts:
        yield f"to={part} [more]{shown}"
    yield f"to={last}{shown}"


def _texts(fact: Fact) -> Sequence[str]:
    assert not isinstance(fact, str | int | float)
    return fact


def _verdict(facts: Facts) -> Iterator[str]:
    args = "".join(f", arg{number}={arg}" for number, arg in enumerate(_texts(facts["args"]), 1))
    yield f"ruleset={facts['ruleset']}{args}, relay={facts['relay']}, {_pairs({k: facts[k] for k in list(facts)[3:]})}"


def _discard(facts: Facts) -> Iterator[str]:
    for text in _verdict(facts):
        yield f"{text}discard"


def _tls_failed(facts: Facts) -> Iterator[str]:
    failed = "STARTTLS={side}, error: {what} failed=-1, reason={reason}, SSL_error=1, errno=0, retry=-1"
    relay = f", relay={str(facts['relay'])[:100]}" if facts["relay"] else ""
    yield failed.format_map(facts) + relay


def _tls_wishes(facts: Facts) -> Iterator[str]:
    ruleset, relay, text = facts["ruleset"], facts["relay"], str(facts["text"])
    yield f"{ruleset}={text or '(null)'}, relay={relay}"
    if not text:
        yield f"{ruleset}=empty, stat=0, relay={relay}"
    elif len(text.strip('"')) == 1:
        yield f"{ruleset}=too_short, relay={relay}"


def _nothing(_facts: Facts) -> Iterator[str]:
    yield from ()


ALERT, CRIT, ERR = Priority.ALERT, Priority.CRIT, Priority.ERR
WARNING, NOTICE, INFO, DEBUG = Priority.WARNING, Priority.NOTICE, Priority.INFO, Priority.DEBUG

# messages
RECEIVED = Line("received", 5, INFO, _listed)
DELIVERY_FAILED = Line("delivery", 7, INFO, _recipients)
DELIVERY_DONE = Line("delivery", 8, INFO, _recipients)
DELIVERY_DEFERRED = Line("delivery", 9, INFO, _recipients)
NOT_DELIVERED = Line("not_delivered", 9, INFO, _recipients)
BROKEN_OFF = Line("not_delivered", 10, INFO, _recipients)
RECIPIENT_CLOSED = Line("recipient_closed", 5, INFO, _nothing)  # of the JSON form alone
DONE = Line("done", 10, INFO, _behind("done; "))
DISCARDED = Line("discarded", 5, INFO, "discarded")
CLONED = Line("cloned", 5, INFO, "{clone}: clone: owner={owner}")
DSN = Line("dsn", 6, INFO, "{report}: {kind}: {text}")
SAVED = Line("saved", 4, NOTICE, "Saved message in {file}")
QUARANTINED = Line("quarantined", 0, INFO, "quarantine={reason}")
UNQUARANTINED = Line("unquarantined", 0, INFO, "unquarantine")
ALIAS = Line("alias", 11, INFO, "alias {name:.100} => {members}")
FORWARD = Line("forward", 11, INFO, "forward {name:.200} => {members}")
FIELD_CUT = Line("field_cut", 0, ALERT, "Truncated long MIME {name} header (possible attack)")
USER_ERROR = Line("user_error", 4, NOTICE, "{text:.900}")

# verdicts
RULESET = Line("ruleset", 4, NOTICE, _verdict)
RULESET_DISCARDED = Line("ruleset", 4, NOTICE, _discard)
LONG_FIELD_CHECKED = Line(
    "long_field_checked",
    10,
    NOTICE,
    "Warning: truncated header '{field}' before check with '{ruleset}' len={length} max={limit}",
)

# connections coming in
CONNECTED = Line("connected", 10, INFO, "connect from {client}")
DID_NOT_ISSUE = Line(
    "did_not_issue", 6, INFO, "{client} did not issue MAIL/EXPN/VRFY/ETRN during connection to {daemon}"
)
LOST_INPUT_IN_MAIL = Line("lost_input", 2, NOTICE, "lost input channel from {client} to {daemon} after {command}")
LOST_INPUT = Line("lost_input", 20, NOTICE, LOST_INPUT_IN_MAIL.text)
INPUT_TIMEOUT = Line("input_timeout", 2, NOTICE, "timeout waiting for input from {client:.100} during {during}")
PREMATURE_EOM = Line("premature_eom", 2, WARNING, "collect: premature EOM: {info}")
MESSAGE_LOST = Line("message_lost", 1, NOTICE, _behind("collect: "))
MESSAGE_REFUSED = Line("message_refused", 1, NOTICE, _behind("collect: "))
MESSAGE_TOO_LARGE = Line("message_too_large", 7, NOTICE, "message size ({size}) exceeds maximum ({limit})")
HEADERS_TOO_LARGE = Line(
    "headers_too_large", 0, NOTICE, "headers too large ({limit} max) from {client} during message collect"
)
PREGREETING = Line(
    "pregreeting_traffic",
    0,
    INFO,
    "rejecting commands from {client} due to pre-greeting traffic after {seconds} seconds",
)
EARLY_TRAFFIC = Line(
    "traffic_before_response", 0, INFO, "rejecting server {command} from {client} due to traffic before response"
)
INVALID_DOMAIN = Line("invalid_domain", 10, INFO, "invalid domain name ({domain}) from {client:.100}")
INVALID_SENDER = Line("invalid_sender", 0, NOTICE, "setsender: {sender}: invalid or unparsable, received from {client}")
ASKED = Line("asked", 6, INFO, "{client}: {command}")
ASKED_IN_VAIN = Line("asked", 6, INFO, "{client}: {command} [rejected]")
RECIPIENT_FLOOD = Line("recipient_flood", 6, INFO, "{client}: Possible SMTP RCPT flood, {action}.")
ATTACK = Line("possible_attack", 6, INFO, "{client}: possible SMTP attack: command={command:.40}, count={count}")
OPEN_PROXY = Line("open_proxy", 0, INFO, "{client}: probable open proxy: command={command:.40}")
PROBE = Line("probe", 1, CRIT, '"{command:.40}" command from {client} ({address:.100})')
INPUT_TOO_LONG = Line("input_too_long", 0, INFO, "{client}: SMTP violation, input too long: {size}")
FEATURES_UNAVAILABLE = Line(
    "features_unavailable",
    5,
    ERR,
    "ERROR: srv_features=tempfail, relay={client:.100}, access temporarily disabled",
)
UNKNOWN_FEATURE = Line("unknown_feature", 10, WARNING, "srv_features: {problem}")
COMMAND = Line("command", 15, INFO, "<-- {command}")
REPLY = Line("reply", 15, INFO, "--- {reply}")

# TLS and authentication
TLS_STARTED = Line("tls_started", 9, INFO, _listed)
TLS_CERTIFICATE = Line(
    "tls_certificate",
    12,
    INFO,
    "STARTTLS={side}, cert-subject={subject:.256}, cert-issuer={issuer:.256}, verifymsg={verified}",
)
TLS_FAILED = Line("tls_failed", 6, WARNING, _tls_failed)
_TLS_CHECKED = "STARTTLS: {what} cert verify: depth={depth} {subject:.256}, state={state}, reason={reason}"
TLS_CHECK_FAILED = Line("tls_checked", 14, INFO, _TLS_CHECKED)
TLS_CHECK_PASSED = Line("tls_checked", 15, INFO, _TLS_CHECKED)
TLS_UNNAMED = Line("tls_unnamed", 8, WARNING, "STARTTLS={side}, relay={relay:.100}, field={field}, status={problem}")
TLS_READY = Line("tls_ready", 14, INFO, "STARTTLS=client, start=ok")
TLS_ERROR = Line("tls_error", 10, WARNING, "STARTTLS={side}: error:SSL routines::{reason}")
TLS_WISHES = Line("tls_wishes", 10, INFO, _tls_wishes)
TLS_WISH = Line("tls_wish", 14, DEBUG, "{ruleset}=parsed, {key}={value}, relay={relay}")
TLS_WISHES_FAILED = Line("tls_wishes_failed", 9, NOTICE, "rscheck({ruleset})=failed, relay={relay}, errors=0")
TLS_WISHES_MISSING = Line("tls_wishes_failed", 10, INFO, "{ruleset}=empty, stat=75, relay={relay}")
TLS_IMPOSSIBLE = Line("tls_impossible", 0, ERR, "STARTTLS=client, get_tls_se_features=failed, ret={status}")
TLS_WISHES_REFUSED = Line("tls_wishes_refused", 8, WARNING, "{ruleset}={text}, relay={relay}")
SMTPS_UNAVAILABLE = Line("smtps_unavailable", 0, ERR, "smtps: TLS not available, exiting")
AUTHENTICATED = Line("authenticated", 9, INFO, _listed)
AUTH_OFFERED = Line("auth_offered", 12, INFO, "AUTH: available mech={available}, allowed mech={allowed}")
AUTH_FAILED = Line("auth_failed", 9, WARNING, "AUTH failure ({mech}): {reason}, user={user:.128}, relay={relay}")
LOGGED_IN = Line("logged_in", 9, INFO, _listed)
LOGIN_UNKNOWN = Line("login_unknown", 9, WARNING, "AUTH=client, relay={relay:.64} [{address:.16}], authinfo failed")
LOGIN_IMPOSSIBLE = Line(
    "login_impossible", 9, NOTICE, "AUTH=client, available mechanisms={offered} do not fulfill requirements"
)
LOGIN_FAILED = Line("login_failed", 9, ERR, "AUTH=client, relay={relay:.100}, temporary failure, connection abort")
LOGIN_TOKEN_UNAVAILABLE = Line("login_token_unavailable", 6, ERR, "AUTH=client, error: no access token: {reason}")
LOGIN_FILE_UNUSABLE = Line("login_file_unusable", 6, ERR, "AUTH=client, error: can't open {file}: {reason}")
LOGIN_FILE_SHORT = Line("login_file_short", 9, ERR, "AUTH=client, error: can't read {what} from {file}")
AUTH_UNAVAILABLE = Line("auth_unavailable", 0, ERR, "AUTH error: {reason}")
AUTH_UNDECODABLE = Line("auth_undecodable", 6, WARNING, 'AUTH decode64 error [1 for "..."], relay={relay}')
AUTH_WARNING = Line("authentication_warning", 4, INFO, "Authentication-Warning: {text:.400}")

# connections going out
CONNECTING = Line("connecting", 12, INFO, "SMTP outgoing connect on {host:.40}")

# processes and files
STARTING = Line("starting_daemon", 0, INFO, "starting daemon ({version}): {does}")
FILTERS_NOT_CALLED = Line("filters_not_called", 0, NOTICE, "{option}: mail filters are not called: {filters}")
FILTERS_ABSENT = Line("filters_absent", 4, INFO, "Milter: initialization failed, {fate}")
COMMAND_DEFERRED = Line(
    "command_deferred",
    10,
    INFO,
    "SMTP {verb} command ({argument:.100}) from {client} tempfailed (due to previous checks)",
)
STARTED_AS = Line("started_as", 10, INFO, "started as: {command}")
STOPPING = Line("stopping_daemon", 10, INFO, "stopping daemon, reason={reason}")
REJECTING_CONNECTIONS = Line("rejecting_connections", 9, INFO, "rejecting connections on daemon {daemon}: {reason}")
PROXY_REFUSED = Line("proxy_refused", 5, NOTICE, "connection from {client} refused: {reason}")
ACCEPTING_AGAIN = Line("accepting_again", 9, INFO, "accepting connections again for daemon {daemon}")
ALIASES_REBUILT = Line("aliases_rebuilt", 8, NOTICE, "alias database {file} {how}rebuilt by {user}")
ALIASES_COUNTED = Line(
    "aliases_counted", 8, INFO, "{file}: {count} aliases, longest {longest} bytes, {total} bytes total"
)

# trouble
SYSTEM_ERROR = Line("system_error", 1, CRIT, "SYSERR({user}): {text:.900}")
PANIC = Line("system_error", 1, ALERT, "SYSERR({user}): {text:.900}")
QUEUE_TROUBLE = Line("queue_trouble", 1, ALERT, "{text:.900}")
SUPERVISED = Line("supervised", 0, NOTICE, "{text}")
INTERNAL_ERROR = Line("internal_error", 0, CRIT, "SYSERR: internal error {trace}: {error:.800}")
