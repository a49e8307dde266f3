"""Options that are more than a value of their kind: lists that grow, words and letters that must be known, accounts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import ip_address

from noctule.base.text import BLANKS, comma_separated, words_of
from noctule.config import option_words as known
from noctule.config.c_numbers import leading_integer
from noctule.config.complaints import EX_SOFTWARE, EX_USAGE, Complaints
from noctule.config.model import Opener
from noctule.config.option_table import BY_NAME
from noctule.config.options import Options, parse_boolean, parse_pair, parse_value, parse_words
from noctule.config.ports import FAMILY_NUMBERS, modifier_flags, parse_port
from noctule.config.times import parse_time
from noctule.config.tls_options import ssl_option

Special = Callable[[Options, str, Complaints, Opener], None]

OLD_TIMEOUT = ("mail", "rcpt", "datainit", "datablock", "datafinal", "command")
CLASSES_OF_TIMEOUT = {
    "Timeout.queuewarn": ("normal", "urgent", "non-urgent", "dsn"),
    "Timeout.queuereturn": ("normal", "urgent", "non-urgent", "dsn"),
    "Timeout.resolver.retrans": ("normal", "first"),
    "Timeout.resolver.retry": ("normal", "first"),
}
MAX_CHARACTERS = 39
MAX_ALIAS_FILES = 64
SMALL_HEADERS = 16384
SMALL_MIME_HEADER = (128, 40)
_WORD = re.compile(r"[A-Za-z0-9]+")


def timeout_name(sub: str) -> str | None:
    """`queuewarn.*` to `Timeout.queuewarn`; None when there is no such timeout."""
    option = BY_NAME.get(f"timeout.{sub.lower().removesuffix('.*')}")
    return option.name if option else None


def set_timeout(options: Options, sub: str, text: str, say: Complaints) -> None:
    """Set one timeout, and with it those of all classes of mail where it stands for them."""
    name = timeout_name(sub)
    if name is None:
        say.error(f"settimeout: invalid timeout {sub}")
        return
    value = parse_value(BY_NAME[name.lower()], text, say)
    for each in (name, *(f"{name}.{group}" for group in CLASSES_OF_TIMEOUT.get(name, ()))):
        options.put(each, value)


def _plain_timeout(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    """`Timeout=5m`, or the old list `helo=5m,mail:10m`."""
    if text[:1].isdecimal():
        seconds = parse_time(text, "m", say.error)
        for name in OLD_TIMEOUT:
            options.put(f"Timeout.{name}", seconds)
        return
    for piece in filter(None, map(str.strip, text.split(","))):
        found = re.fullmatch(r"([^:=]*)[:=]?(.*)", piece, re.DOTALL)
        if found:
            set_timeout(options, found[1], found[2], say)


def _queue_timeout(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    give_up, slash, warn = text.partition("/")
    set_timeout(options, "queuereturn", give_up, say)
    if slash:
        set_timeout(options, "queuewarn", warn, say)


def _alias_file(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    files = list(options.words("AliasFile"))
    for piece in comma_separated(text):
        head, colon, _ = piece.partition(":")
        map_class = head.strip(BLANKS) if colon and "/" not in head else "implicit"
        if map_class not in known.ALIAS_CLASSES:
            say.error(f"setalias: unknown alias class {map_class}")
        elif len(files) == MAX_ALIAS_FILES:
            say.error(f"Too many alias databases defined, {MAX_ALIAS_FILES} max")
        else:
            files.append(piece)
    options.put("AliasFile", tuple(files))


def _min_free_blocks(options: Options, text: str, _say: Complaints, _opener: Opener) -> None:
    blocks, slash, size = text.partition("/")
    options.put("MinFreeBlocks", leading_integer(blocks))
    if slash:
        options.put("MaxMessageSize", leading_integer(size))


def _privacy(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    flags = list(options.words("PrivacyOptions"))
    for word in _WORD.findall(text):
        if word.lower() == "goaway":
            flags += known.GOAWAY
        elif word.lower() in known.PRIVACY:
            flags.append(word.lower())
        elif word.lower() != "public":
            say.error(f"readcf: Op line: {word} unrecognized")
    options.put("PrivacyOptions", tuple(dict.fromkeys(flags)))


def _dont_blame(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    names = {name.lower(): name for name in known.DONT_BLAME}
    flags = list(options.words("DontBlameSendmail"))
    for word in _WORD.findall(text):
        if word.lower() == "safe":
            flags.clear()
        elif word.lower() in names:
            flags.append(names[word.lower()])
        else:
            say.error(f"readcf: DontBlameSendmail option: {word} unrecognized")
    options.put("DontBlameSendmail", tuple(dict.fromkeys(flags)))


def _unsafe_group_writes(options: Options, text: str, say: Complaints, opener: Opener) -> None:
    value = parse_boolean(text)
    options.put("UnsafeGroupWrites", value)
    if not value:
        _dont_blame(options, "GroupWritableForwardFileSafe GroupWritableIncludeFileSafe", say, opener)


def _daemon_ports(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    ports = options.ports("DaemonPortOptions")
    port = parse_port(text, say)
    options.put("DaemonPortOptions", (*ports, port if port.name else replace(port, name=f"Daemon{len(ports)}")))


def _client_ports(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    port = parse_port(text, say)
    others = [other for other in options.ports("ClientPortOptions") if other.family != port.family]
    name = port.name or f"Client{FAMILY_NUMBERS[port.family]}"
    options.put("ClientPortOptions", (*others, replace(port, name=name)))


def _direct_submission(options: Options, text: str, _say: Complaints, _opener: Opener) -> None:
    options.put("DirectSubmissionModifiers", modifier_flags(text))


def _one_letter(name: str, letters: str, wrong: str, status: int, *, any_case: bool = False) -> Special:
    def special(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
        letter = text[:1].lower() if any_case else text[:1]
        if letter and letter in letters:
            options.put(name, letter)
        elif wrong:
            say.error(wrong.format(letter=text[:1], text=text), status)

    return special


def _one_word(name: str, words: Sequence[str]) -> Special:
    def special(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
        if text.lower() in words:
            options.put(name, text.lower())
        else:
            say.error(f"Invalid {name}: {text} (known: {', '.join(words)})")

    return special


def _no_recipient_action(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    if text.lower() in known.NO_RECIPIENT:
        options.put("NoRecipientAction", text.lower())
    else:
        say.error(f"Invalid NoRecipientAction: {text}")


def _resolver(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    names = {name.lower() for name in known.RESOLVER}
    written = words_of(text)
    for word in written:
        if word.lstrip("+-").lower() not in names:
            say.error(f"readcf: I option value {word.lstrip('+-')} unrecognized")
    options.put("ResolverOptions", tuple(word for word in written if word.lstrip("+-").lower() in names))


def _known_letters(name: str, letters: str) -> Special:
    def special(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
        wanted = "".join(parse_words(text))
        for letter in wanted:
            if letter not in letters:
                say.warn(f"Warning: Option: {name} unknown parameter '{letter}'")
        options.put(name, "".join(letter for letter in wanted if letter in letters))

    return special


def _ssl_options(name: str) -> Special:
    def special(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
        words = parse_words(text)
        for word in words:
            bare = word.lstrip("+-")
            if ssl_option(bare) is None:
                say.error(f"readcf: {name} option value {bare} unrecognized")
        options.put(name, words)

    return special


def _max_headers_length(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    value = leading_integer(text)
    options.put("MaxHeadersLength", value)
    if 0 < value < SMALL_HEADERS:
        say.warn(f"Warning: MaxHeadersLength: headers length limit set lower than {SMALL_HEADERS}")


def _max_mime_header_length(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    header, parameter = parse_pair(text)
    options.put("MaxMimeHeaderLength", (header, parameter))
    if 0 < header < SMALL_MIME_HEADER[0]:
        say.warn(f"Warning: MaxMimeHeaderLength: header length limit set lower than {SMALL_MIME_HEADER[0]}")
    if 0 < parameter < SMALL_MIME_HEADER[1]:
        say.warn(f"Warning: MaxMimeHeaderLength: field length limit set lower than {SMALL_MIME_HEADER[1]}")


def _must_quote(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    if len(text) > MAX_CHARACTERS:
        say.warn("Warning: MustQuoteChars too long, ignored.")
    else:
        options.put("MustQuoteChars", "@,;:\\()[]" + text)


def _operators(options: Options, text: str, _say: Complaints, _opener: Opener) -> None:
    options.put("OperatorChars", text[:MAX_CHARACTERS])


def _safe_file_environment(options: Options, text: str, _say: Complaints, _opener: Opener) -> None:
    options.put("SafeFileEnvironment", text.rstrip("/"))


def _connect_only_to(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    address = text.rpartition("@")[2]
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}|(IPv6:)?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*", address) is None:
        say.error(f"readcf: option ConnectOnlyTo: invalid IP address {text}")
    options.put("ConnectOnlyTo", text)


def _name_server(options: Options, text: str, say: Complaints, _opener: Opener) -> None:
    """`address`, or `address/port`."""
    address, slash, port = text.partition("/")
    try:
        ip_address(address)
    except ValueError:
        say.error(f"readcf: option NameServer: invalid IP address {address}")
        return
    if slash and not (port.isdecimal() and 0 < int(port[:6]) < 65536):
        say.error(f"readcf: option NameServer: invalid port {port}")
        return
    options.put("NameServer", text)


def _account(name: str, called: str, *, group: bool) -> Special:
    """`user`, or `user:group` (also with `.` or `/` between), names or numbers."""

    def special(options: Options, text: str, say: Complaints, opener: Opener) -> None:
        user, separator, group_name = text, "", ""
        if group and not opener.user_exists(text):
            user, separator, group_name = [*re.split(r"([:./])", text, maxsplit=1), "", ""][:3]
        if not user.isdecimal() and not opener.user_exists(user):
            say.error(f"readcf: option {called}: unknown user {user}")
        elif separator and group_name and not group_name.isdecimal() and not opener.group_exists(group_name):
            say.error(f"readcf: option {called}: unknown group {group_name}")
        options.put(name, text)

    return special


SPECIALS: dict[str, Special] = {
    "AliasFile": _alias_file,
    "AuthOptions": _known_letters("AuthOptions", known.AUTH_LETTERS),
    "ClientPortOptions": _client_ports,
    "ClientSSLOptions": _ssl_options("ClientSSLOptions"),
    "ConnectOnlyTo": _connect_only_to,
    "DaemonPortOptions": _daemon_ports,
    "DefaultUser": _account("DefaultUser", "u", group=True),
    "DeliveryMode": _one_letter("DeliveryMode", known.DELIVERY_MODES, "Unknown delivery mode {letter}", EX_USAGE),
    "DirectSubmissionModifiers": _direct_submission,
    "DontBlameSendmail": _dont_blame,
    "EightBitMode": _one_letter("EightBitMode", known.EIGHT_BIT_MODES, "Unknown 8-bit mode {letter}", EX_USAGE),
    "ErrorMode": _one_letter("ErrorMode", known.ERROR_MODES, "", 0),
    "MaxHeadersLength": _max_headers_length,
    "MaxMimeHeaderLength": _max_mime_header_length,
    "MinFreeBlocks": _min_free_blocks,
    "MustQuoteChars": _must_quote,
    "NameServer": _name_server,
    "LogFormat": _one_word("LogFormat", known.LOG_FORMATS),
    "QueueStore": _one_word("QueueStore", known.QUEUE_STORES),
    "NoRecipientAction": _no_recipient_action,
    "OperatorChars": _operators,
    "PrivacyOptions": _privacy,
    "QueueSortOrder": _one_letter(
        "QueueSortOrder", known.SORT_ORDERS, 'Invalid queue sort order "{text}"', EX_SOFTWARE, any_case=True
    ),
    "QueueTimeout": _queue_timeout,
    "ResolverOptions": _resolver,
    "RunAsUser": _account("RunAsUser", "RunAsUser", group=True),
    "SafeFileEnvironment": _safe_file_environment,
    "ServerSSLOptions": _ssl_options("ServerSSLOptions"),
    "Timeout": _plain_timeout,
    "TLSSrvOptions": _known_letters("TLSSrvOptions", known.TLS_LETTERS),
    "TrustedUser": _account("TrustedUser", "TrustedUser", group=False),
    "UnsafeGroupWrites": _unsafe_group_writes,
}
