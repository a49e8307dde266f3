"""Every reply of the server, in Sendmail's words.

A constant where the text is fixed, a function where something is filled in.  What clients sent is shortened and made
printable before it is repeated to them.
"""

# ruff: noqa: D103 - the names say it, the texts show it

import re
from collections.abc import Sequence

from noctule.base.international import clipped, is_utf8
from noctule.mail.reply import Reply

_SHORT = 203  # Sendmail shows at most so much of a client's text
_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e]")


def shown(text: str) -> str:
    """A client's text as a reply may repeat it: printable, 8-bit characters as `?`, cut in the middle when long."""
    if len(text) > _SHORT:
        text = text[:100] + "..." + text[-100:]
    return _UNPRINTABLE.sub("?", text)


def mailbox(address: str) -> str:
    """An address that was taken, as replies show it: an international one as UTF-8 (RFC 6531 3.7.4)."""
    return shown(address) if address.isascii() or not is_utf8(address) else clipped(address, _SHORT)


# the session
OK = Reply(250, "2.0.0", ("OK",))
RESET = Reply(250, "2.0.0", ("Reset state",))
VERBOSE = Reply(250, "2.0.0", ("Verbose mode",))
NO_VERBOSE = Reply(502, "5.7.0", ("Verbose unavailable",))
PROTOCOL_ERROR = Reply(554, "5.5.0", ("SMTP protocol error",))
COMMAND_REJECTED = Reply(550, "5.0.0", ("Command rejected",))
ACCESS_DENIED = Reply(550, "5.7.1", ("Access denied",))
TRY_LATER = Reply(450, "4.3.0", ("Please try again later.",))
NOT_NOW = Reply(451, "4.3.2", ("Please try again later",))
NOT_TOLD_NOW = Reply(550, "5.7.1", ("Please try again later",))  # Sendmail's code for VRFY and EXPN
NOT_ALLOWED = Reply(502, "5.7.0", ("Sorry, we do not allow this operation",))
INTRODUCE_YOURSELF = Reply(503, "5.0.0", ("I demand that you introduce yourself first",))
NEED_HELO = Reply(503, "5.0.0", ("Polite people say HELO first",))
NOT_IMPLEMENTED = Reply(502, "5.5.1", ("Command not implemented",))
NO_TLS = Reply(454, "4.3.3", ("TLS not available after start",))
TLS_WITHHELD = Reply(503, "5.5.0", ("TLS not available",))
TLS_UNAVAILABLE = Reply(454, "4.3.3", ("TLS currently not available",))
TLS_READY = Reply(220, "2.0.0", ("Ready to start TLS",))
TLS_IN_TRANSACTION = Reply(503, "5.5.0", ("TLS not permitted during a mail transaction",))
NO_PARAMETERS = Reply(501, "5.5.2", ("Syntax error (no parameters allowed)",))
NO_AUTH = Reply(503, "5.3.3", ("AUTH not available",))
AUTH_IN_TRANSACTION = Reply(503, "5.5.0", ("AUTH not permitted during a mail transaction",))
ALREADY_AUTHENTICATED = Reply(503, "5.5.0", ("Already Authenticated",))
MECHANISM_REQUIRED = Reply(501, "5.5.2", ("AUTH mechanism must be specified",))
AUTHENTICATED = Reply(235, "2.0.0", ("OK Authenticated",))
AUTH_FAILED = Reply(535, "5.7.0", ("authentication failed",))
AUTH_UNAVAILABLE = Reply(454, "4.7.0", ("Temporary authentication failure",))
AUTH_CANCELLED = Reply(501, "5.0.0", ("AUTH aborted",))
AUTH_MALFORMED = Reply(501, "5.5.4", ("cannot decode AUTH parameter",))
AUTH_REQUIRED = Reply(530, "5.7.0", ("Authentication required",))
END_OF_HELP = "End of HELP info"


def greeting(lines: Sequence[str]) -> Reply:
    return Reply(220, "", tuple(lines))


def hello(host: str, peer: str, *, bogus: bool = False, keywords: Sequence[str] = ()) -> Reply:
    """The answer to HELO, or with `keywords` to EHLO."""
    manner = "accepting invalid domain name" if bogus else "pleased to meet you"
    return Reply(250, "", (f"{host} Hello {peer}, {manner}", *keywords))


def no_mechanism(name: str) -> Reply:
    return Reply(504, "5.3.3", (f"AUTH mechanism {shown(name[:32])} not available",))


def challenge(text: str) -> Reply:
    """The 334; `text` is base64."""
    return Reply(334, "", (text,))


def no_domain(verb: str) -> Reply:
    """`verb` as it was typed."""
    return Reply(501, "5.0.0", (f"{verb} requires domain address",))


INVALID_DOMAIN = Reply(501, "5.0.0", ("Invalid domain name",))


def closing(host: str) -> Reply:
    return Reply(221, "2.0.0", (f"{host} closing connection",))


def closing_early(host: str) -> Reply:
    """In place of the greeting."""
    return Reply(421, "4.7.0", (f"{host} closing connection",))


def unrecognized(line: str) -> Reply:
    return Reply(500, "5.5.1", (f'Command unrecognized: "{shown(line)}"',))


def not_implemented(line: str) -> Reply:
    return Reply(502, "5.5.1", (f'Command not implemented: "{shown(line)}"',))


def too_long(host: str, peer: str) -> Reply:
    return Reply(421, "4.7.0", (f"{host} Command too long, possible attack {peer}",))


def too_many_bad_commands(host: str) -> Reply:
    return Reply(421, "4.7.0", (f"{host} Too many bad commands; closing connection",))


def open_proxy(host: str, peer: str) -> Reply:
    return Reply(421, "4.7.0", (f"{host} Rejecting open proxy {peer}",))


def http_command(host: str, peer: str) -> Reply:
    return Reply(421, "4.7.0", (f"{host} HTTP command {peer}",))


def shutting_down(host: str) -> Reply:
    return Reply(421, "4.3.2", (f"{host} Service closing transmission channel",))


def lost_input(host: str, peer: str) -> Reply:
    """Said to the log alone: nobody is there to hear it."""
    return Reply(421, "4.4.1", (f"{host} Lost input channel from {peer}",))


def not_accepting(host: str) -> Reply:
    """In place of the greeting."""
    return Reply(554, "", (f"{host} ESMTP not accepting messages",))


def internal_error(trace: str) -> Reply:
    return Reply(451, "4.3.0", (f"Internal error, please try again later ({trace})",))


def temporary_failure(text: str) -> Reply:
    return Reply(451, "4.3.0", (text,))


# MAIL and RCPT
DUPLICATE_SENDER = Reply(503, "5.5.0", ("Sender already specified",))
NEED_MAIL_BEFORE_RCPT = Reply(503, "5.0.0", ("Need MAIL before RCPT",))
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", ("Too many recipients",))
MISSING_RECIPIENT = Reply(501, "5.0.0", ("Missing recipient",))
DISK_FULL = Reply(452, "4.4.5", ("Insufficient disk space; try again later",))


def sender_ok(address: str) -> Reply:
    return Reply(250, "2.1.0", (f"{mailbox(address)}... Sender ok",))


def recipient_ok(address: str) -> Reply:
    return Reply(250, "2.1.5", (f"{mailbox(address)}... Recipient ok",))


def recipient_ok_will_queue(address: str) -> Reply:
    return Reply(250, "2.1.5", (f"{mailbox(address)}... Recipient ok (will queue)",))


def about(address: str, code: int, enhanced: str, text: str) -> Reply:
    """A refusal that names the address it is about."""
    return Reply(code, enhanced, (f"{shown(address)}... {text}",))


def invalid_sender(address: str) -> Reply:
    return about(address, 553, "5.1.7", "Invalid sender address")


def path_syntax(text: str) -> Reply:
    return Reply(501, "5.5.2", (f'Syntax error in parameters scanning "{shown(text)}"',))


def unbalanced(address: str, character: str) -> Reply:
    return about(address, 553, "5.0.0", f"Unbalanced '{character}'")


def unprintable(address: str) -> Reply:
    text = shown(address.strip("<>"))
    return Reply(501, "5.1.7", (f'Syntax error in mailbox address "{text}" (non-printable character)',))


def eight_bit_address(address: str) -> Reply:
    return Reply(553, "5.6.7", (f'8-bit character in mailbox address "{shown(address)}"',))


def needs_smtputf8(address: str) -> Reply:
    return about(address, 553, "5.6.7", "Address requires SMTPUTF8")


def not_utf8(address: str) -> Reply:
    return about(address, 553, "5.6.7", "Address not valid UTF8")


def address_too_long(address: str) -> Reply:
    return about(address, 553, "5.1.1", "Address too long")


def bad_recipients(host: str) -> Reply:
    return Reply(421, "4.7.0", (f"{host} Too many bad recipients; closing connection",))


# parameters of MAIL and RCPT
TOO_MANY_PARAMETERS = Reply(501, "5.5.4", ("Too many parameters",))
SIZE_INVALID = Reply(552, "5.2.3", ("Message size invalid",))
SIZE_OVERFLOW = Reply(552, "5.2.3", ("Message size exceeds maximum value",))
BY_NEEDS_VALUE = Reply(501, "5.5.2", ("BY= requires a value",))
BY_NEEDS_MODE = Reply(501, "5.5.2", ("BY= missing ';'",))
BY_TOO_LATE = Reply(501, "5.5.4", ("mode R requires BY time > 0",))


def unknown_parameter(keyword: str) -> Reply:
    return Reply(555, "5.5.4", (f"{shown(keyword)} parameter unrecognized",))


def needs_value(keyword: str) -> Reply:
    return Reply(501, "5.5.2", (f"{keyword} requires a value",))


def duplicate_parameter(keyword: str) -> Reply:
    return Reply(501, "5.5.0", (f"Duplicate {keyword} parameter",))


def parameter_syntax(keyword: str) -> Reply:
    return Reply(501, "5.5.4", (f"Syntax error in {keyword} parameter value",))


def unknown_body_type(value: str) -> Reply:
    return Reply(501, "5.5.4", (f"Unknown BODY type {shown(value)}",))


def bad_ret(value: str) -> Reply:
    return Reply(501, "5.5.2", (f'Bad argument "{shown(value)}" to RET',))


def bad_notify(value: str) -> Reply:
    return Reply(501, "5.5.4", (f'Bad argument "{shown(value)}"  to NOTIFY',))


def bad_by_mode(mode: str) -> Reply:
    return Reply(501, "5.5.2", (f"illegal by-mode '{shown(mode) or '?'}'",))


def bad_by_trace(trace: str) -> Reply:
    return Reply(501, "5.5.2", (f"illegal by-trace '{shown(trace)}'",))


def by_out_of_range(value: str) -> Reply:
    return Reply(501, "5.5.2", (f"BY={shown(value)} out of range",))


def by_too_soon(seconds: int, least: int) -> Reply:
    return Reply(555, "5.5.2", (f"time {seconds} less than {least}",))


def parameter_not_allowed(keyword: str, extension: str) -> Reply:
    return Reply(504, "5.7.0", (f"Sorry, {keyword} not supported, we do not allow {extension}",))


def size_over_limit(limit: int) -> Reply:
    """The declared size is too large."""
    return Reply(552, "5.2.3", (f"Message size exceeds fixed maximum message size ({limit})",))


# DATA
NEED_MAIL = Reply(503, "5.0.0", ("Need MAIL command",))
NEED_RCPT = Reply(503, "5.0.0", ("Need RCPT (recipient)",))
START_DATA = Reply(354, "", ("End data with <CR><LF>.<CR><LF>",))
BARE_LF = Reply(421, "4.5.0", ("Bare linefeed (LF) not allowed",))
BARE_CR = Reply(421, "4.5.0", ("Bare carriage return (CR) not allowed",))
NUL_BYTE = Reply(554, "5.6.1", ("NUL byte not allowed",))
EIGHT_BIT_DATA = Reply(554, "5.6.1", ("Eight bit data not allowed",))
QUEUE_FAILED = Reply(451, "4.3.0", ("Cannot store the message; try again later",))


CHUNKS_BEGUN = Reply(503, "5.5.1", ("BDAT is under way: BDAT or RSET",))
BAD_CHUNK = Reply(501, "5.5.4", ("BDAT needs a size in bytes; closing connection",))


def chunk_received(size: int) -> Reply:
    return Reply(250, "2.0.0", (f"{size} bytes received",))


def accepted(queue_id: str) -> Reply:
    return Reply(250, "2.0.0", (f"{queue_id} Message accepted for delivery",))


def size_exceeded(limit: int) -> Reply:
    """What arrived is too large."""
    return Reply(552, "5.2.3", (f"Message exceeds maximum fixed size ({limit})",))


def headers_too_large(limit: int) -> Reply:
    return Reply(552, "5.6.0", (f"Headers too large ({limit} max)",))


def text_broken_off(peer: str, sender: str, info: str) -> Reply:
    return Reply(421, "4.4.1", (f"collect: relay={peer}, from={shown(sender)}, info={info}",))


# VRFY, EXPN, ETRN, HELP
ARGUMENT_REQUIRED = Reply(501, "5.5.2", ("Argument required",))
REPLY_NEEDS_UTF8 = Reply(553, "5.6.8", ("UTF-8 string reply is required, but not permitted by the SMTP client",))
CANNOT_VRFY = Reply(252, "2.5.2", ("Cannot VRFY user; try RCPT to attempt delivery (or try finger)",))
NODE_REQUIRED = Reply(500, "5.5.2", ("Parameter required",))


def queue_started(node: str) -> Reply:
    return Reply(250, "2.0.0", (f"Queuing for node {shown(node)} started",))


def unknown_queue(name: str) -> Reply:
    return Reply(459, "4.5.4", (f"Queue {shown(name)} unknown",))


def help_topic(lines: Sequence[str]) -> Reply:
    return Reply(214, "2.0.0", (*lines, END_OF_HELP))


def unknown_topic(topic: str) -> Reply:
    return Reply(504, "5.3.0", (f'HELP topic "{shown(topic[:10])}" unknown',))


def no_help(version: str) -> Reply:
    return Reply(502, "5.3.0", (f"Sendmail {version} -- HELP not implemented",))
