"""MAIL and RCPT: the path after the colon, and the parameters behind it.

RFC 5321 4.1.1.2, 1870, 6152, 3461, 2852, 4954, 6531, 6533.

As Sendmail reads them: the path ends at the first blank outside brackets, quotes and comments; a parameter's value
ends at a blank, a control character or "=".
"""

import re
from dataclasses import dataclass

from noctule.base.errors import ProtocolError
from noctule.base.international import is_utf8
from noctule.base.text import BLANKS
from noctule.mail.envelope import BodyType, Notify
from noctule.mail.reply import Reply
from noctule.smtp import replies

MAX_PARAMETERS = 18
MAX_SIZE = 2**63 - 1
MAX_BY = 999_999_999  # seconds (RFC 2852 4)
MAX_ADDRESS = 1024  # bytes; the rules have a closer limit of their own
_PARAMETER = re.compile(r"([A-Za-z0-9-]*)(?:(=)([!-<>-~]*))?")
_INTERNATIONAL_PARAMETER = re.compile(r"([A-Za-z0-9-]*)(?:(=)([!-<>-~\x80-\xff]*))?")
_PATH = re.compile(r"([^\s:]*)\s*(:?)\s*", re.ASCII)
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_UTF8_ADDRESS = re.compile(r"(?:[!-*,-<>-\[\]-~\x80-\xff]|\\x\{(?:[1-9A-F][0-9A-F]{1,5})\})*")  # RFC 6533 3
_CODE_POINT = re.compile(r"\\x\{([0-9A-F]+)\}")
_HEX = re.compile(r"\+([0-9A-F]{2})")
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SPECIAL = re.compile(r'[\\"<>() \t]')
_BY = re.compile(r"([+-]?\d{0,20});", re.ASCII)


class Refusal(ProtocolError):  # noqa: N818 - it carries the answer, nothing went wrong here
    """A command that cannot be understood or is not allowed; `reply` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverBy:
    """BY= of RFC 2852: seconds from now, and what to do then: return or notify."""

    seconds: int
    return_it: bool
    trace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParameters:
    """Parameters of MAIL.  `size` in bytes as declared; `envid` and `auth` are xtext as given, None when absent."""

    size: int | None = None
    body_type: BodyType = BodyType.UNSTATED
    ret: str = ""
    envid: str | None = None
    auth: str | None = None
    deliver_by: DeliverBy | None = None
    smtputf8: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientParameters:
    """Parameters of RCPT.  `original` is ORCPT= as given."""

    notify: Notify | None = None
    original: str = ""


NO_MAIL_PARAMETERS = MailParameters()
NO_RECIPIENT_PARAMETERS = RecipientParameters()


def split_path(argument: str, keyword: str, *, eight_bit: bool = False) -> tuple[str, str]:
    """`FROM:<a@b> SIZE=1` to address and parameters.  Raises Refusal.

    `eight_bit`: international addresses are let through, for `check_international` to judge.
    """
    match = _PATH.match(argument)
    assert match is not None
    if match[1].upper() != keyword or not match[2] or match.end() == len(argument):
        raise Refusal(replies.path_syntax(match[1]))
    text = argument[match.end() :]
    address, end = text, text.find(" ")
    if end < 0 and text[0] == "<" and text[-1] == ">" and not _SPECIAL.search(text, 1, len(text) - 1):
        _check_characters(address, eight_bit=eight_bit)
        return address, ""
    cut = end_of_path(text)
    address = text[:cut]
    _check_characters(address, eight_bit=eight_bit)
    return address, text[cut:]


def check_international(address: str, *, declared: bool) -> None:
    """Refuse an international address that is not UTF-8, or in a transaction that was not `declared` SMTPUTF8."""
    if address.isascii():
        return
    if not declared:
        raise Refusal(replies.needs_smtputf8(address))
    if not is_utf8(address):
        raise Refusal(replies.not_utf8(address))


def _check_characters(address: str, *, eight_bit: bool) -> None:
    if _UNSAFE.search(address):
        raise Refusal(replies.unprintable(address))
    if not eight_bit and not address.isascii():
        raise Refusal(replies.eight_bit_address(address))
    if len(address) > MAX_ADDRESS:
        raise Refusal(replies.address_too_long(address))


def end_of_path(text: str) -> int:
    """Where the first blank outside of brackets, quotes and comments stands.  Raises Refusal for unbalanced ones.

    A backslash there protects other characters, but no blank.
    """
    angles = comments = 0
    quoted = False
    position = 0
    while (match := _SPECIAL.search(text, position)) is not None:
        position = match.end()
        character = match[0]
        if character == "\\":
            protects = quoted or comments or angles or text[position : position + 1] not in (" ", "\t")
            position += 1 if protects else 0
        elif character == '"' and not comments:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            comments += 1
        elif character == ")":
            comments -= 1
        elif comments:
            continue
        elif character == "<":
            angles += 1
        elif character == ">":
            angles -= 1
        elif not angles:
            return match.start()
        if comments < 0 or angles < 0:
            raise Refusal(replies.unbalanced(text, character))
    if quoted or comments or angles:
        raise Refusal(replies.unbalanced(text, '"' if quoted else "(" if comments else "<"))
    return len(text)


def _parameters(text: str, syntax: re.Pattern[str] = _PARAMETER) -> list[tuple[str, str, str | None]]:
    """Keyword in upper case, keyword as given, value or None."""
    found: list[tuple[str, str, str | None]] = []
    position = 0
    while True:
        while position < len(text) and text[position] in BLANKS:
            position += 1
        if position >= len(text):
            return found
        if len(found) == MAX_PARAMETERS:
            raise Refusal(replies.TOO_MANY_PARAMETERS)
        match = syntax.match(text, position)
        assert match is not None
        found.append((match[1].upper(), match[1], match[3] if match[2] else None))
        position = match.end() + 1  # whatever ended the value is passed over


def mail_parameters(text: str, *, dsn: bool, deliver_by: int | None, smtputf8: bool = False) -> MailParameters:
    """What stands behind the path of MAIL.  Raises Refusal.

    `deliver_by` is the least number of seconds of BY= with mode R; None: there is no BY=.
    """
    size: int | None = None
    body_type = BodyType.UNSTATED
    ret = ""
    envid: str | None = None
    auth: str | None = None
    by: DeliverBy | None = None
    international = False
    for keyword, given, value in _parameters(text):
        match keyword:
            case "SIZE":
                size = _size(_needed(keyword, value))
            case "BODY":
                body_type = _body_type(_needed(keyword, value))
            case "RET":
                _once(keyword, dsn=dsn, value=value, seen=bool(ret))
                ret = _ret(value or "")
            case "ENVID":
                _once(keyword, dsn=dsn, value=value, seen=envid is not None)
                envid = _xtext(keyword, value or "")
            case "AUTH":
                _once(keyword, dsn=True, value=value, seen=auth is not None)
                auth = _xtext(keyword, value or "")
            case "BY" if deliver_by is not None:
                by = _deliver_by(value, deliver_by)
            case "SMTPUTF8" if smtputf8:
                international = True
            case _:
                raise Refusal(replies.unknown_parameter(given))
    return MailParameters(
        size=size, body_type=body_type, ret=ret, envid=envid, auth=auth, deliver_by=by, smtputf8=international
    )


def recipient_parameters(text: str, *, dsn: bool, smtputf8: bool = False) -> RecipientParameters:
    """What stands behind the path of RCPT, in a transaction that was declared SMTPUTF8 or not.  Raises Refusal."""
    notify: Notify | None = None
    original = ""
    for keyword, given, value in _parameters(text, _INTERNATIONAL_PARAMETER if smtputf8 else _PARAMETER):
        match keyword:
            case "NOTIFY":
                _once(keyword, dsn=dsn, value=value, seen=False)
                notify = parse_notify(value or "")
            case "ORCPT":
                _once(keyword, dsn=dsn, value=value, seen=bool(original))
                original = _original(value or "")
            case _:
                raise Refusal(replies.unknown_parameter(given))
    return RecipientParameters(notify=notify, original=original)


def parse_notify(value: str) -> Notify:
    """`SUCCESS,FAILURE,DELAY` or `NEVER`.  Raises Refusal."""
    if value.upper() == "NEVER":
        return Notify.NEVER
    notify = Notify.NEVER
    for word in value.split(","):
        match word.upper():
            case "SUCCESS":
                notify |= Notify.SUCCESS
            case "FAILURE":
                notify |= Notify.FAILURE
            case "DELAY":
                notify |= Notify.DELAY
            case _:
                raise Refusal(replies.bad_notify(word))
    return notify


def is_xtext(value: str) -> bool:
    """Well-formed xtext (RFC 3461 4) that hides no control characters: those could forge lines of a report."""
    if "+" not in value:
        return _XTEXT.fullmatch(value) is not None
    if _XTEXT.fullmatch(value) is None:
        return False
    return all(0x20 <= int(code, 16) != 0x7F for code in _HEX.findall(value))


def _needed(keyword: str, value: str | None) -> str:
    if value is None:
        raise Refusal(replies.needs_value(keyword))
    return value


def _once(keyword: str, *, dsn: bool, value: str | None, seen: bool) -> None:
    if not dsn:
        raise Refusal(replies.parameter_not_allowed(keyword, "DSN"))
    _needed(keyword, value)
    if seen:
        raise Refusal(replies.duplicate_parameter(keyword))


def _size(value: str) -> int:
    if "-" in value:
        raise Refusal(replies.SIZE_INVALID)
    digits = re.match(r"\d{0,20}", value, re.ASCII)
    size = int(digits[0]) if digits and digits[0] else 0
    if size > MAX_SIZE or len(value) > 20:
        raise Refusal(replies.SIZE_OVERFLOW)
    return size


def _body_type(value: str) -> BodyType:
    match value.upper():
        case "7BIT":
            return BodyType.SEVEN_BIT
        case "8BITMIME":
            return BodyType.EIGHT_BIT_MIME
        case _:
            raise Refusal(replies.unknown_body_type(value))


def _ret(value: str) -> str:
    if value.upper() not in {"FULL", "HDRS"}:
        raise Refusal(replies.bad_ret(value))
    return value.upper()


def _xtext(keyword: str, value: str) -> str:
    if not is_xtext(value):
        raise Refusal(replies.parameter_syntax(keyword))
    return value


def _original(value: str) -> str:
    kind, separator, address = value.partition(";")
    well_formed = _is_international_original if kind.lower() == "utf-8" else is_xtext
    if not separator or not kind or not well_formed(address):
        raise Refusal(replies.parameter_syntax("ORCPT"))
    return value


def _is_international_original(address: str) -> bool:
    """The forms of RFC 6533 3: `\\x{E8}` for a character, or the character itself; none hides a control character."""
    if not is_utf8(address) or _UTF8_ADDRESS.fullmatch(address) is None:
        return False
    points = (int(code, 16) for code in _CODE_POINT.findall(address))
    return all(0x20 <= point < 0x7F or (0xA0 <= point <= 0x10FFFF and point >> 11 != 0x1B) for point in points)


def _deliver_by(value: str | None, least: int) -> DeliverBy:
    if value is None:
        raise Refusal(replies.BY_NEEDS_VALUE)
    match = _BY.match(value)
    if match is None:
        raise Refusal(replies.BY_NEEDS_MODE)
    digits = match[1].lstrip("+-")
    seconds = int(match[1]) if digits else 0  # as Sendmail reads it
    mode, trace = value[match.end() : match.end() + 1], value[match.end() + 1 :]
    if abs(seconds) > MAX_BY:
        raise Refusal(replies.by_out_of_range(value))
    if mode.upper() not in {"N", "R"}:
        raise Refusal(replies.bad_by_mode(mode))
    if trace[:1].upper() not in {"", "T"}:
        raise Refusal(replies.bad_by_trace(trace[:1]))
    return_it = mode.upper() == "R"
    if return_it and seconds <= 0:
        raise Refusal(replies.BY_TOO_LATE)
    if return_it and seconds < least:
        raise Refusal(replies.by_too_soon(seconds, least))
    return DeliverBy(seconds=seconds, return_it=return_it, trace=bool(trace))
