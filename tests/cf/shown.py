"""What Sendmail's library makes of every row in every value, kept as data: lines that are no rules, and verdicts.

    python tests/cf/shown.py [ROW...]

asks the real Sendmail again (see differential.py for what that needs), about all rows, or about some (`define X`) and
those that are new, and writes data/shown.txt.  Behind `= ROW: VALUE` stand the lines of the configuration
that the base has not (`+`) or has (`-`), `!` when m4 says something, and in `?` lines what test mode was told, what it
was asked, and the verdict, which is another one for the base.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cf.cases import TABLES, Case
from cf.differential import rulesets, statements
from cf.questions import PLAIN, Question, helper_rules, questions, verdict
from cf.variants import Variant, rows, variants

DATA = Path(__file__).parent / "data" / "shown.txt"
_OWN_MAPS = re.compile(
    r"K(access|virtuser|mailertable|generics|domaintable|bitdomain|uudomain|authinfo|e?dnsbl|ldap|dequote|mtamark|CERT)"
)
_NOISE = re.compile(r"^\S*:\d+: Warning: .*$|^m4:.*$", re.MULTILINE)  # of m4, about Sendmail's library
_CHECKS = ("check_", "tls_", "try_tls", "trust_auth", "greet_pause", "srv_features", "clt_features", "authinfo",
           "queuegroup", "bcc")  # fmt: skip
_PROOFS = 4  # verdicts kept of a variant


@dataclass(frozen=True)
class Made:
    """What m4 made of a site file with one of the libraries."""

    cf: str
    said: bool

    def lines(self) -> set[str]:
        """Those that are no rules, in a form that does not depend on the order of equates."""
        found = {_plain(line) for line in statements(self.cf)}
        found |= {re.sub(r"\s+", " ", line).strip() for line in self.cf.splitlines() if _OWN_MAPS.match(line)}
        return found | {line for line in self.cf.splitlines() if re.match(r"[VXQELH]|DZ|##### +own", line)}


@dataclass(frozen=True)
class Proof:
    """Something test mode is told and asked, and the verdict."""

    told: tuple[str, ...]
    question: Question
    verdict: str


@dataclass
class Shown:
    """What is known of a variant."""

    lines: set[str]
    proofs: list[Proof]


def make(library: Path, text: str) -> Made:
    entry = [] if "m4/cf.m4'" in text else [str(library / "m4/cf.m4")]
    command = ["m4", f"-D_CF_DIR_={library}/", "-D_NO_MAKEINFO_", *entry, "-"]
    done = subprocess.run(command, input=text.encode("latin-1"), capture_output=True)
    return Made(done.stdout.decode("latin-1"), bool(_NOISE.sub("", done.stderr.decode("latin-1")).strip()))


def _plain(line: str) -> str:
    line = re.sub(r"  +", " ", re.sub(r"^(O \S+)=$", r"\1", line))
    name, *equates = line.split(", ") if line.startswith("M") else [line]
    return re.sub(r"^C\{(.)\}", r"C\1", ", ".join([name, *sorted(equates)]))


def difference(made: Made, base: Made) -> set[str]:
    """In the form of the data."""
    now, before = made.lines(), base.lines()
    return {f"+{line}" for line in now - before} | {f"-{line}" for line in before - now} | _said(made, base)


def _said(made: Made, base: Made) -> set[str]:
    return {"!"} if made.said else {"-!"} if base.said else set()


def read() -> dict[str, Shown]:
    """By row and value."""
    found: dict[str, Shown] = {}
    for line in DATA.read_text("latin-1").splitlines():
        if line.startswith("= "):
            current = found[line[2:]] = Shown(set(), [])
        elif line.startswith("? "):
            told, topic, question, answer = line[2:].split("\t")
            words = tuple(part for part in told.split("|| ") if part)
            current.proofs.append(Proof(words, Question(question, topic), answer.replace("\\n", "\n")))
        else:
            current.lines.add(line)
    return found


# -- asking test mode


def session(proofs: Iterable[Proof]) -> Iterator[Question]:
    """The questions, each in its situation."""
    yield from (Question(f".D{{{name}}}{value}") for name, value in PLAIN.items())
    for proof in proofs:
        yield from (Question(line) for line in proof.told)
        yield proof.question
        names = re.findall(r"^\.D\{?(\w+)", "\n".join(proof.told), re.MULTILINE)
        yield from (Question(f".D{{{name}}}{PLAIN.get(name, '')}") for name in names)


def _situations(asked: Sequence[Question]) -> Iterator[tuple[tuple[str, ...], Question]]:
    """Each question that has a topic, with what test mode has been told that is not as plain."""
    values = dict(PLAIN)
    flags = member = ""
    for question in asked:
        if defined := re.match(r"\.D\{?(\w+)\}?(.*)", question.line):
            name = "f" if question.line.startswith(".Df") else defined[1]
            values[name] = question.line[3:] if name == "f" and not question.line.startswith(".D{") else defined[2]
        elif question.line.startswith("/tryflags"):
            flags = question.line
        elif question.line.startswith(".C"):
            member = question.line
        elif question.topic:
            told = tuple(f".D{{{name}}}{value}" for name, value in values.items() if value != PLAIN.get(name, ""))
            more = flags if question.line.startswith("/try ") else member
            yield (*told, more) if more else told, question


def _asked(public: set[str], mailers: list[str]) -> list[Question]:
    return [*questions(public, mailers, 110, 3, 14), *_further()]


def _further() -> Iterator[Question]:
    """What the comparison of whole sites does not ask."""
    yield Question("/tryflags ER")
    yield from (Question(f".D{{{name}}}{value}") for name, value in PLAIN.items())
    for address in (".joe@hub.example.org", "joe.@hub.example.org", "<@a.example,@b.example:joe@hub.example.org>",
                    "node::joe", "joe@sub.example.com", "self@virtual.example", "ring@virtual.example",
                    "joe@uuname.UUCP", "joe@sender.example"):  # fmt: skip
        yield Question(f"/parse {address}", "parse")
    for flags in ("ES", "ER"):
        yield Question(f"/tryflags {flags}")
        yield Question("/try esmtp joe@sender.example", f"try {flags} esmtp")
    yield Question("/tryflags HS")
    for address in ("joe@hub", "joe@localhost", "joe@client"):
        yield Question(f"/try esmtp {address}", "try HS esmtp")
    yield from _told(daemon_flags="r")
    for address in ("joe", "joe@far"):
        yield Question(f"check_rcpt {address}", "check_rcpt [flag r]")
    yield from _told(daemon_flags="", f="bad@sender.example", mail_addr="x@sub.bulk.example")
    for address in ("joe@hub.example.org", "spammed@hub.example.org", "teatime@hub.example.org"):
        yield Question(f"check_rcpt {address}", "check_rcpt [another sender]")
    yield Question("check_mail x@sub.bulk.example", "check_mail [skipped]")
    for server in ("named.example", "tagged.example"):
        yield from _told(server_name=server, verify="OK", cert_issuer="/CN=ours", cn_subject="x.example")
        yield from _told(cert_altnames=" other.example ")  # how Noctule passes the class
        yield Question(".C{cert_altnames}other.example")
        yield Question("tls_server OK", "tls_server [names]")


def _told(**values: str) -> Iterator[Question]:
    yield from (Question(f".D{{{name}}}{value}") for name, value in values.items())


def access_without(pattern: str) -> str:
    """The access table without some entries."""
    lines = (TABLES / "access").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not (pattern and re.match(pattern, line)))


def _answers(text: str, without: str, asked: Sequence[Question], cf: str) -> list[str]:
    from cf.sessions import bench

    folder = Path(tempfile.mkdtemp(prefix="noctule-cf-"))
    (folder / "access").write_text(access_without(without))
    with bench(Case("", text, folder)) as made:
        made.write("theirs.cf", cf + helper_rules(rulesets(cf)))
        answers = made.sendmail("theirs.cf", asked)[1:]
    shutil.rmtree(folder)
    told = [question for question in asked if question.topic]
    return [verdict(question, answer) for question, answer in zip(told, answers, strict=True)]


def _proofs(variant: Variant, made: Made, base: Made) -> list[Proof]:
    """Verdicts that are other ones than the base's, of as many kinds as there are."""
    public = {name for name in rulesets(made.cf) if name.startswith(_CHECKS)} & rulesets(base.cf)
    public = public or {name for name in rulesets(made.cf) if name.startswith(_CHECKS)}
    new = {name for name in rulesets(made.cf) if name.startswith(_CHECKS)} - rulesets(base.cf)
    mailers = [name for name in ("local", "esmtp", "relay", "uucp-dom") if f"\nM{name}," in made.cf]
    asked = _asked(public | new, mailers)
    both = zip(_situations(asked), _answers(variant.text, "", asked, made.cf),
               _answers(variant.base, variant.without, asked, base.cf), strict=True)  # fmt: skip
    kept: dict[tuple[str, str], Proof] = {}
    for (told, question), answer, before in both:
        listed = "Undefined ruleset" in answer or question.line.endswith(" !")  # docs/compatibility.md
        if answer != before and not listed:
            kept.setdefault((question.topic.partition(" [")[0], answer), Proof(told, question, answer))
    found = list(kept.values())
    return found[:: max(1, len(found) // _PROOFS)][:_PROOFS]


# -- recording


def _record(variant: Variant) -> tuple[str, list[str]]:
    from cf.differential import theirs_library

    made, base = make(theirs_library(), variant.text), make(theirs_library(), variant.base)
    lines = difference(made, base)
    asks = variant.what not in ("plain", "odd", "empty", "bare", "word", "many", "late", "again", "changed")
    asks = asks and variant.row.kind in ("define", "macro", "feature", "access") and "_FILE" not in variant.row.name
    return str(variant), _written(Shown(lines, _proofs(variant, made, base) if asks else []))


def _written(shown: Shown) -> list[str]:
    """As lines of the data."""
    proofs = (
        ("|| ".join(proof.told), proof.question.topic, proof.question.line, proof.verdict.replace("\n", "\\n"))
        for proof in shown.proofs
    )
    return [*sorted(shown.lines), *("? " + "\t".join(fields) for fields in proofs)]


def main() -> None:
    known = {name: _written(shown) for name, shown in read().items()} if sys.argv[1:] else {}
    chosen = [variant for variant in variants() if str(variant.row) in sys.argv[1:] or str(variant) not in known]
    with ProcessPoolExecutor(2) as pool:
        known.update(pool.map(_record, chosen, chunksize=4))
    order = [str(variant) for variant in variants()]
    DATA.write_text("".join(f"= {name}\n" + "".join(f"{line}\n" for line in known[name]) for name in order), "latin-1")
    shown = {name.partition(": ")[0] for name, lines in known.items() if lines}
    print("not shown:", *(str(row) for row in rows() if str(row) not in shown), sep="\n  ")


if __name__ == "__main__":
    main()
