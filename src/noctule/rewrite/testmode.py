"""The address test mode (`sendmail -bt`) as text in, text out.

`TestMode.feed` takes one input line and gives everything that is printed up to and including the next prompt.  The
outside world (maps, DNS, users) is behind `World`, which answers at once: this mode waits for nobody else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from noctule.base.debug import Debug, Topic
from noctule.base.questions import AnswerKind, Question
from noctule.base.text import ascii_lower, words_of
from noctule.rewrite.addresses import Addresses, address_type
from noctule.rewrite.compile import CompiledRuleset
from noctule.rewrite.crack import NAME, crack
from noctule.rewrite.engine import Engine
from noctule.rewrite.header_flags import field_macros, header_flags
from noctule.rewrite.printing import Printer, in_table_order, mailer_line, rule_line, seven_bit, spelled
from noctule.rewrite.results import Resolution, Resolved, Unresolvable
from noctule.rewrite.rulesets import leading_digits
from noctule.rewrite.run import SOFTWARE, TEMPFAIL, Run
from noctule.rewrite.tokenizer import Table, shorten
from noctule.rewrite.tracing import Complaint
from noctule.rewrite.validity import MAX_ADDRESS, invalid
from noctule.rewrite.world import World
from noctule.symbols import codes
from noctule.symbols.classes import Classes
from noctule.symbols.expand import as_bytes, expand_codes
from noctule.symbols.headers import HeaderTemplate
from noctule.symbols.macros import Macros

BANNER = "ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)\nEnter <ruleset> <address>\n"
PROMPT = "> "
_MAX_NUMBER = 100
_OWN_FAULT = 554  # reply code of complaints about the configuration
_OPERATORS = frozenset("*+-=~#@:>?|.[]()&0123456789")
_BLANKS = " \t\n\v\f\r"

Translate = Callable[[str, Callable[[str], None]], str]


@dataclass(slots=True, kw_only=True)
class TestMode:
    """One session.

    `translate` turns `$x` spelling into codes and tells a listener what is wrong with it (`config.translate`).
    `verbose` echoes the input instead of prompting (`-v`).  `user` is who runs the program, the sender when all else
    fails.  `status` is the exit status so far; `finished` becomes true with /quit.
    """

    __test__ = False  # not a test case, whatever its name says to pytest

    addresses: Addresses
    macros: Macros
    classes: Classes
    world: World
    translate: Translate
    debug: Debug = field(default_factory=Debug)  # writes to `out`, unless -D names a file
    out: list[str] = field(default_factory=list)
    header_checks: Mapping[str, HeaderTemplate] = field(default_factory=dict)  # by name in lower case; "*" for others
    help_text: str = "Sendmail 8.17.1.9 -- HELP not implemented\n"
    user: str = "root"
    verbose: bool = False
    finished: bool = False
    status: int = 0
    _header: bool = field(default=False, init=False)
    _sender: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._tell_kind()

    def start(self) -> str:
        """What is printed before the first line is read."""
        return BANNER + ("" if self.verbose else PROMPT)

    def feed(self, line: str) -> str:
        """Obey one line of input, without or with its line end."""
        line = line.split("\n", 1)[0]
        if self.verbose:
            self._write(f"{PROMPT}{line}\n")
        line = line.lstrip(_BLANKS)
        if line and not line.startswith("#"):
            self._obey(line)
        if not self.finished and not self.verbose:
            self._write(PROMPT)
        text = "".join(self.out)
        self.out.clear()
        return text

    @property
    def _engine(self) -> Engine:
        return self.addresses.engine

    # -- the first character decides

    def _obey(self, line: str) -> None:
        match line[0]:
            case "?":
                self._write(self.help_text)
            case ".":
                self._define(line[1:])
            case "=":
                self._list(line[1:])
            case "-":
                self._debug(line)
            case "$":
                self._show(line[1:])
            case "/":
                self._command(line)
            case _:
                self._apply(line)

    def _write(self, text: str) -> None:
        self.out.append(text)

    def _say(self, text: str) -> None:
        self._write(f"{seven_bit(text)}\n")

    def _fault(self, text: str) -> None:
        self._say(text)
        self._note(SOFTWARE)

    def _note(self, status: int) -> None:
        """The first thing that goes wrong for good decides about the exit status."""
        if status != TEMPFAIL and not self.status:
            self.status = status

    def _printer(self, hides: Callable[[Complaint], bool] | None = None) -> Printer:
        world = self.world
        return Printer(self.out, self.debug, world.is_open, remark=world.remark, note=self._note, hides=hides)

    def _name(self, text: str, kind: str = "") -> tuple[str, str]:
        """The macro or class name text begins with, and what follows; the name is "" after an error."""
        if text[:1] and text[0] in _OPERATORS:
            return text[0], self.translate(text[1:], self._fault)
        translated = self.translate(f"${kind}{text}", self._fault)
        if translated[1:2] != codes.NAME_BEGIN:
            if not text and not kind:
                self._fault("Name required for macro/class")
            return "", ""
        name, _, rest = translated[2:].partition(codes.NAME_END)
        return name, rest

    def _set(self, name: str, value: str | None) -> None:
        self._printer().defining(self.macros, name, value)
        self.macros.set(name, value)

    # -- . = - $

    def _define(self, text: str) -> None:
        match text[:1]:
            case "":
                self._write("Usage: .[DC]macro value(s)\n")
            case "D":
                name, value = self._name(text[1:])
                if name:
                    self._set(name, value)
            case "C" if text[1:]:
                name, words = self._name(text[1:])
                for word in words_of(expand_codes(words, self.macros)) if name else ():
                    self.debug.say(Topic.OPTIONS, 8, f"setclass({name}, {as_bytes(word)})")
                    self.classes.add(name, word)
            case "C":
                pass
            case _:
                self._write(f'Unknown "." command .{text}\n')

    def _list(self, text: str) -> None:
        match text[:1]:
            case "":
                self._write("Usage: =Sruleset or =M\n")
            case "S":
                self._list_ruleset(text[1:])
            case "M":
                for mailer in sorted(self.addresses.mailers.values(), key=lambda mailer: mailer.number):
                    self._write(mailer_line(mailer, self._titled, self.world.identity))
            case _:
                self._write(f'Unknown "=" command ={text}\n')

    def _titled(self, ruleset: str) -> str:
        found = self._engine.find(ruleset or "0")
        return found.title if found else ruleset

    def _list_ruleset(self, name: str) -> None:
        found = self._find(name.lstrip(_BLANKS))
        if found is None:
            self._write(f"Undefined ruleset {name}\n")
            return
        for rule in found.rules:
            self._write(rule_line(rule))

    def _debug(self, line: str) -> None:
        match line[1:2]:
            case "d":
                self.debug.set(line[2:])
            case "":
                self._write("Usage: -d{debug arguments}\n")
            case _:
                self._write(f'Unknown "-" command {line}\n')

    def _show(self, text: str) -> None:
        if text.startswith("="):
            name, _ = self._name(text[1:], "=")
            if name:
                for member in in_table_order(self.classes.members(name)):
                    self._write(f"{as_bytes(member)}\n")
            return
        if text[:1] and text[0] in _OPERATORS:
            self._write(f"${text[0]}\n")  # a macro that stands for itself
            return
        name, _ = self._name(text)
        if name:
            value = self.macros.get(name)
            self._write("Undefined\n" if value is None else f"{spelled(value)}\n")

    # -- rulesets

    def _apply(self, line: str) -> None:
        names, blank, text = _cut(line)
        if not blank:
            self._write("No address!\n")
            return
        if problem := invalid(text):
            self._say(problem.text.removeprefix(f"{shorten(text[:MAX_ADDRESS])}... "))
            self._note(problem.status)
            return
        tokenizer, printer = self._engine.tokenizer, self._printer()
        table = Table.RULES if self.addresses.settings.level >= 9 else Table.EXTERNAL
        while True:
            scan = tokenizer.scan(text, ",", table)
            printer.scanning(text)
            for _, words in scan.complaints:
                self._say(words)
            printer.scanned(scan.tokens)
            if scan.tokens:
                self._apply_all(names, scan.tokens)
            if scan.end >= len(text):
                return
            text = text[scan.end + 1 :]

    def _apply_all(self, names: str, tokens: tuple[str, ...]) -> None:
        while names:
            found = self._find(names)
            if found is None:
                self._write(f"Undefined ruleset {names}\n")
                return
            run = self._engine.run(self.macros, self.world, self._printer())
            outcome = self._engine.apply(run, found, tokens)
            run.finish()
            if outcome.status:
                self._write(f"== Ruleset {names} ({found.number}) status {outcome.status}\n")
            tokens = outcome.tokens
            names = names.partition(",")[2]

    def _find(self, text: str) -> CompiledRuleset | None:
        """The ruleset a list of names begins with."""
        digits = leading_digits(text)
        if digits:
            if int(digits) >= _MAX_NUMBER:
                self._fault(f"bad ruleset {digits} ({_MAX_NUMBER} max)")
                return None
            return self._engine.find(digits)
        name = ""
        for char in text:
            if not (char.isascii() and (char.isalnum() or char == "_")):
                break
            name += char
        if not name[:1].isalpha():
            self._fault(f'invalid ruleset name: "{text}"')
            return None
        return self._engine.find(name)

    # -- /commands

    def _command(self, line: str) -> None:
        word, _, rest = _cut(line[1:])
        rest = rest.strip(_BLANKS) if ascii_lower(word) != "header" else rest.lstrip(_BLANKS)
        match ascii_lower(word):
            case "":
                self._write("Usage: /[canon|map|mx|parse|try|tryflags]\n")
            case "quit":
                self.finished = True
            case "mx" | "canon" | "parse" | "expand" as command if not rest:
                what = {"mx": "address", "canon": "address", "parse": "address", "expand": "string"}[command]
                self._write(f"Usage: /{command} {what}\n")
            case "mx":
                self._mail_exchangers(rest)
            case "canon":
                name = rest.removesuffix(".")
                known = name if name.startswith("[") else self.world.canonical_name(name)
                self._write(f"getcanonname({rest}) returns {known}\n")
            case "map":
                self._map(rest)
            case "parse":
                self._parse(rest)
            case "try":
                self._try(rest)
            case "tryflags":
                self._try_flags(rest)
            case "sender":
                self._set_sender(rest)
            case "expand":
                self._write(as_bytes(rest))
            case "header":
                self._check_header(rest)
            case "gethostbyname":
                pass
            case _:
                self._write(f'Unknown "/" command /{word}\n')

    def _mail_exchangers(self, host: str) -> None:
        answer = self.world.mail_exchangers(host)
        if answer is None:
            self._write(f"getmxrr({host}) returns null MX (See RFC7505)\n")
            return
        count, hosts = answer
        self._write(f"getmxrr({host}) returns {count} value(s):\n")
        for exchanger in hosts:
            self._write(f"\t{exchanger}\n")

    def _map(self, text: str) -> None:
        name, _, key = _cut(text)
        if not name:
            self._write("Usage: /map mapname key\n")
            return
        if not key:
            self._write("No key specified\n")
            return
        question = Question(name, key)
        answer = self.world.lookup(question)
        if answer.kind is AnswerKind.NO_SUCH_MAP:
            self._write(f'Map named "{name}" not found\n')
            return
        if not self.world.is_open(name):
            self._write(f'Map named "{name}" not open\n')
            return
        for macro, value in answer.sets:
            self.macros.set(macro, value)
        self._write(f"map_lookup: {name} ({key}) ")
        if remark := self.world.remark(question, answer):
            self._write(f"{remark}\n")
        if answer.kind is AnswerKind.FOUND and answer.status != TEMPFAIL:
            self._write(f"returns {as_bytes(answer.value)} ({answer.status})\n")
        else:
            self._write(f"no match ({answer.status})\n")

    def _kind(self) -> str:
        return f"{'header' if self._header else 'envelope'} {'sender' if self._sender else 'recipient'}"

    def _parse(self, address: str) -> None:
        shown = spelled(crack(address, self.addresses.settings).replace(NAME, "$g"))
        self._write(f"Cracked address = {shown}\nParsing {self._kind()} address\n")
        match self._parsed(address, sender=self._sender, header=self._header):
            case None | Unresolvable(refused=True):
                self._write("Cannot parse\n")
            case Resolved() as result:
                self._resolved(result.mailer.name, result.host, result.user)
            case Unresolvable() as result:
                self._resolved(result.mailer or "*error*", result.host, result.user)

    def _parsed(
        self, address: str, *, sender: bool, header: bool = False, hides: Callable[[Complaint], bool] | None = None
    ) -> Resolution | None:
        """What comes of an address; when that is a mailer, its host stays in `$h`."""
        trace = self._printer(hides)
        result = self.addresses.parse(
            address, self.macros, self.world, sender=sender, header=header, typed=False, trace=trace
        )
        if result is not None and result.mailer:
            self.macros.set("h", result.host or None)
        return result

    def _resolved(self, mailer: str, host: str, user: str) -> None:
        where = f", host {as_bytes(host)}" if host else ""
        self._write(f"mailer {mailer}{where}, user {as_bytes(user)}\n")

    def _try(self, text: str) -> None:
        name, _, address = _cut(text)
        address = address.lstrip(_BLANKS)
        mailer = self.addresses.mailers.get(ascii_lower(name))
        if not name or not address:
            self._write("Usage: /try mailer address\n")
            return
        if mailer is None:
            self._write(f"Unknown mailer {name}\n")
            return
        self._write(f"Trying {self._kind()} address {address} for mailer {name}\n")
        result = self.addresses.rewrite_for(
            address,
            mailer,
            self.macros,
            self.world,
            sender=self._sender,
            header=self._header,
            trace=self._printer(),
        )
        self.macros.set("addr_type", self._addr_type())
        self._write(f"Rcode = {result.status}, addr = {as_bytes(result.text)}\n")

    def _try_flags(self, text: str) -> None:
        if not text:
            self._write("Usage: /tryflags [Hh|Ee][Ss|Rr]\n")
            return
        for letter in text:
            match ascii_lower(letter):
                case "h" | "e" as kind:
                    self._header = kind == "h"
                case "s" | "r" as kind:
                    self._sender = kind == "s"
                case _:
                    pass
        self._tell_kind()

    def _tell_kind(self) -> None:
        """`${addr_type}` of the addresses to come; `/sender` leaves none."""
        self._set("addr_type", self._addr_type())

    def _addr_type(self) -> str:
        return address_type(sender=self._sender, header=self._header)

    def _set_sender(self, address: str) -> None:
        """What would become the envelope's sender; the user running the program when the address is no good."""
        self._set("x", "")
        self._set("addr_type", address_type(sender=True, header=False))
        result: Resolution | None = self._resolved_sender(address) if address else None
        if result is None:
            address = self.user
            result = self._parsed(address, sender=True, hides=_is_about_address)
        run = self._engine.run(self.macros, self.world, self._printer())
        scan = self._engine.tokenizer.scan(address)
        run.say_scan(address, scan)
        tokens = self._as_sender(run, scan.tokens)
        if isinstance(result, Resolved) and "C" in result.mailer.flags:
            self._as_sender(run, tokens)  # for the domain that recipients without one get
        run.finish()
        self._set("addr_type", None)
        self._set("f", self._engine.tokenizer.join(tokens))
        self._write(f"addr={as_bytes(result.user) if result else ''}\n")

    def _as_sender(self, run: Run, tokens: Sequence[str]) -> Sequence[str]:
        for name in ("3", "1", "4"):
            ruleset = self._engine.find(name)
            if ruleset is not None:
                tokens = self._engine.apply(run, ruleset, tokens).tokens
        return tokens

    def _resolved_sender(self, address: str) -> Resolved | None:
        """None when the address cannot be a sender."""
        result = self._parsed(address, sender=True)
        if not isinstance(result, Resolved):
            return None
        if result.mailer.name in {"prog", "*file*", "*include*"}:
            self._say(f"{address}... Invalid sender address")
            return None
        return result

    def _check_header(self, line: str) -> None:
        name, colon, value = line.partition(":")
        name = name.rstrip(_BLANKS)
        if not colon or not name or any(char in _BLANKS for char in name):
            self._write(f'header syntax error, line "{line}"\nul = 00000000\n')
            self._note(SOFTWARE)
            return
        template = self.header_checks.get(ascii_lower(name)) or self.header_checks.get("*")
        value = value.rstrip(_BLANKS)
        if template is not None and value:
            for macro, content in field_macros(name, value).items():
                self._set(macro, content)
            self.addresses.check(
                template.ruleset,
                (value,),
                self.macros,
                self.world,
                comments=template.keep_comments,
                trace=self._printer(_is_repair),
            )
        own = self.header_checks.get(ascii_lower(name))
        self._write(f"ul = 0x{header_flags(name, stripped=own is not None and not own.keep_comments):08x}\n")


def _is_about_address(complaint: Complaint) -> bool:
    return complaint.reply_code != _OWN_FAULT


def _is_repair(complaint: Complaint) -> bool:
    return complaint.repaired


def _cut(text: str) -> tuple[str, str, str]:
    """Text up to the first white space, that white space, and the rest."""
    for at, char in enumerate(text):
        if char in _BLANKS:
            return text[:at], char, text[at + 1 :]
    return text, "", ""
