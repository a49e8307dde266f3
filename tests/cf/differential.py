"""Compare Noctule's configuration library with Sendmail's.

    python tests/cf/differential.py [--only TEXT] [--random N] [--seed S] [--addresses N] [--recipients N]
                                    [--engines sendmail,noctule] [--show N] [--jobs N] [--state FILE]

For each site file both libraries make a configuration; test mode answers the same questions for both: triples,
rewritten addresses for every mailer and place, and the verdicts of the check rulesets in many situations.  With two
engines their answers for the same configuration are compared, too.  Needs the real Sendmail's root (see
tests/stockcf.py), m4, and root rights.  A run with a state file goes on where it was stopped.  The exit status is 1
when there are differences.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cf import cases, live
from cf.cases import Case
from cf.listed import reason_for
from cf.questions import Question, helper_rules, questions, verdict
from cf.sessions import bench

OURS = Path(__file__).parents[2] / "src" / "noctule" / "share" / "cf"
_RULESET = re.compile(r"^S\s*(\w+)(?:\s*=\s*(\d+))?", re.MULTILINE)
_MAILER = re.compile(r"^M([^,\s]+)", re.MULTILINE)


@dataclass(frozen=True)
class Difference:
    """What one question got of each library."""

    topic: str
    line: str
    theirs: str
    ours: str


@dataclass(frozen=True)
class Amount:
    """How much is asked."""

    addresses: int
    recipients: int  # of them in each situation
    seed: int


@dataclass
class Result:
    """All about one case."""

    name: str
    asked: int = 0
    differences: list[Difference] = field(default_factory=list)
    listed: Counter[str] = field(default_factory=Counter)  # differences on purpose, by reason
    failure: str = ""

    def found(self, difference: Difference) -> None:
        if reason := reason_for(difference):
            self.listed[reason] += 1
        else:
            self.differences.append(difference)


def theirs_library() -> Path:
    import stockcf

    return stockcf.ORACLE / "usr/share/sendmail/cf"


def generated(library: Path, case: Case, home: Path) -> tuple[str, str]:
    """The cf text and what m4 says.  Lines that are different at each build are left out."""
    site = home / "site.mc"
    text = re.sub(r"include\(`?/usr/share/sendmail/cf/", f"include(`{library}/", case.text)
    text = re.sub(r"^include\(`/etc/mail/[^)]*\)dnl$", "", text, flags=re.MULTILINE)
    site.write_bytes(text.encode("latin-1"))
    entry = [] if "m4/cf.m4'" in text else [str(library / "m4/cf.m4")]
    define = [f"-D_CF_DIR_={library}/", "-D_NO_MAKEINFO_"]
    done = subprocess.run(["m4", *define, *entry, str(site)], capture_output=True, cwd=home)
    said = done.stderr.decode("latin-1")
    return done.stdout.decode("latin-1"), said if done.returncode == 0 else f"{said}exit status {done.returncode}"


# -- lines that are no rules


def statements(cf: str) -> Counter[str]:
    """What the lines beside rules say, in a form that does not depend on names inside the library."""
    logical = re.sub(r"\n[ \t]+", " ", cf)
    found: Counter[str] = Counter()
    for line in logical.splitlines():
        letter = line[:1]
        if letter == "C":
            name, words = _class_words(line)
            found.update(f"C{name} {word}" for word in words if name not in _INTERNAL_CLASSES)
        elif letter == "M":
            found[_mailer_line(line)] += 1
        elif letter and letter in "ODHVPTFQXLE" and not line.startswith(("DZ", "D{noctule")):
            plain = line.replace("DontBlameSendmail=,", "DontBlameSendmail=")  # of Debian's domain file
            found[re.sub(r"^D\{(\w)\}", r"D\1", re.sub(r"\s+", " ", plain)).strip()] = 1
    return found


_INTERNAL_CLASSES = ("{Src}", "{Tls}", "{TlsVerified}", "{Accept}", "{SpamTag}", "{SMTPOpModes}")


def _class_words(line: str) -> tuple[str, list[str]]:
    named = re.match(r"C(\{[^}]+\}|.)\s*(.*)", line)
    return (named[1], named[2].split()) if named else ("", [])


def _mailer_line(line: str) -> str:
    kept = [part.strip() for part in line.split(",") if not re.match(r"\s*[SR]=", part)]
    return ", ".join((kept[0], *sorted(kept[1:]))).replace("procmail -Y ", "procmail ")  # Debian leaves -Y out


# -- asking


def rulesets(cf: str) -> set[str]:
    return {name for match in _RULESET.finditer(cf) for name in match.groups() if name}


def compare(case: Case, amount: Amount, engines: Sequence[str]) -> Result:
    """Never raises for what a library or an engine does."""
    result = Result(case.name)
    try:
        _compare(case, amount, engines, result)
    except Exception as error:
        result.failure = f"{type(error).__name__}: {str(error)[-600:]}"
    return result


def _compare(case: Case, amount: Amount, engines: Sequence[str], result: Result) -> None:
    with bench(case) as made:
        theirs, their_words = generated(theirs_library(), case, made.home)
        ours, our_words = generated(OURS, case, made.home)
        if bool(their_words) != bool(our_words) or ("exit status" in their_words) != ("exit status" in our_words):
            result.differences.append(Difference("messages", "m4", their_words[-300:], our_words[-600:]))
        known, mine = statements(theirs), statements(ours)
        missing = [("", line) for line in mine - known] + [(line, "") for line in known - mine]
        result.differences += [Difference(f"line {(a or b)[0]}", (a or b)[:40], a, b) for a, b in sorted(missing)]
        named = {name: rulesets(cf) for name, cf in (("theirs", theirs), ("ours", ours))}
        public = {name for name in named["theirs"] if name.startswith(_PUBLIC)}
        for name in sorted(public - named["ours"]):
            result.differences.append(Difference("ruleset", name, "defined", "missing"))
        for name, cf in (("theirs", theirs), ("ours", ours)):
            made.write(f"{name}.cf", cf + helper_rules(named[name]))
        asked = _asked(case, public & named["ours"], _mailers(theirs, ours), _classes(theirs), amount)
        heard: dict[str, list[list[str]]] = {}
        for engine in engines:
            ask = made.sendmail if engine == "sendmail" else made.noctule
            heard[engine] = [ask("theirs.cf", asked), ask("ours.cf", asked)]
            _judge_start(result, engine, *heard[engine])
            _judge(result, engine, asked, *heard[engine])
            result.asked += 2 * sum(1 for question in asked if question.topic)
        if len(engines) == 2:
            for library, theirs_said, ours_said in zip(("theirs", "ours"), *heard.values(), strict=True):
                _judge(result, f"engines, {library}", asked, theirs_said, ours_said)


def _asked(case: Case, public: set[str], mailers: list[str], classes: Iterable[str], amount: Amount) -> list[Question]:
    if case.zone is not None:
        return list(live.questions(public))
    return list(questions(public, mailers, amount.addresses, amount.seed, amount.recipients, classes))


_PUBLIC = ("check_", "tls_", "try_tls", "trust_auth", "greet_pause", "srv_features", "clt_features", "authinfo",
           "queuegroup", "bcc")  # fmt: skip


def _classes(cf: str) -> list[str]:
    named = re.findall(r"^[CF](\{[^}]+\}|[^{\s])", cf, re.MULTILINE)
    return [name for name in dict.fromkeys(named) if name not in _INTERNAL_CLASSES]


def _mailers(theirs: str, ours: str) -> list[str]:
    """One of those that rewrite by the same rulesets in both configurations: the others can only say the same."""
    unusual = {"prog", "*file*", "*include*", "smtp8", "dsmtp"}
    ways = [_rewriting(cf) for cf in (theirs, ours)]
    alike = {tuple(way.get(name) for way in ways): name for name in reversed(ways[0]) if name not in unusual}
    return list(reversed(alike.values()))


def _rewriting(cf: str) -> dict[str, tuple[str, ...]]:
    """Mailer and what of its line rewriting looks at: rulesets, and the flag for unqualified addresses."""
    found = {}
    for line in re.sub(r"\n[ \t]+", " ", cf).splitlines():
        if name := _MAILER.match(line):
            equates = {part.strip()[:1]: part.strip()[2:] for part in line.split(",")[1:]}
            found[name[1]] = (equates.get("S", ""), equates.get("R", ""), "C" if "C" in equates.get("F", "") else "")
    return found


def _judge_start(result: Result, engine: str, theirs: list[str], ours: list[str]) -> None:
    started = [re.sub(r"/\w+\.cf: line \d+", "", answers[0]) for answers in (theirs, ours)]
    if started[0] != started[1]:
        result.differences.append(Difference(f"{engine}: start", "-bt", started[0], started[1][:600]))


def _judge(result: Result, between: str, asked: Sequence[Question], theirs: list[str], ours: list[str]) -> None:
    replies = iter(zip(theirs[1:], ours[1:], strict=True))
    for question in asked:
        if not question.topic:
            continue
        a, b = (verdict(question, answer) for answer in next(replies))
        if a != b:
            result.found(Difference(f"{between}: {question.topic}", question.line, a, b))


# -- a state file: one result a line


def results(
    found: Sequence[Case], amount: Amount, engines: Sequence[str], state: Path | None, jobs: int
) -> Iterator[Result]:
    """Those of an earlier run with this file first."""
    known = {result.name: result for result in _kept(state)}
    yield from (known[case.name] for case in found if case.name in known)
    with ProcessPoolExecutor(jobs) as pool:
        work = [pool.submit(compare, case, amount, engines) for case in found if case.name not in known]
        for job in as_completed(work):
            result = job.result()
            if state:
                with state.open("a") as out:
                    out.write(json.dumps(vars(result), default=asdict) + "\n")
            yield result


def _kept(state: Path | None) -> Iterator[Result]:
    for line in state.read_text().splitlines() if state and state.exists() else []:
        row = json.loads(line)
        differences = [Difference(**difference) for difference in row["differences"]]
        yield Result(row["name"], row["asked"], differences, Counter(row["listed"]), row["failure"])


# -- telling


def told(found: Iterable[Result], show: int) -> int:
    """Print the table; the number of cases that differ."""
    bad = 0
    topics: Counter[str] = Counter()
    listed: Counter[str] = Counter()
    asked = differing = 0
    for result in found:
        asked += result.asked
        listed += result.listed
        if not (result.differences or result.failure):
            print(f"ok    {result.name}: {result.asked} questions", flush=True)
            continue
        bad += 1
        differing += len(result.differences)
        print(f"DIFF  {result.name}: {len(result.differences)} of {result.asked} {result.failure}")
        counts = Counter(_short(difference.topic) for difference in result.differences)
        topics.update(counts)
        print("      " + ", ".join(f"{topic} {number}" for topic, number in counts.most_common(12)))
        for difference in _examples(result.differences, show):
            print(f"      {difference.topic}: {difference.line}")
            print(f"        theirs {difference.theirs!r}\n        ours   {difference.ours!r}")
        sys.stdout.flush()
    print(f"\n{bad} cases differ; {differing} differences in {asked} questions")
    for topic, number in topics.most_common():
        print(f"{number:7} {topic}")
    for reason, number in listed.most_common():
        print(f"{number:7} listed: {reason}")
    return bad


def _short(topic: str) -> str:
    return re.sub(r" \[.*", "", topic).replace("sendmail: ", "").replace("noctule: ", "noctule ")


def _examples(differences: list[Difference], show: int) -> list[Difference]:
    """A few of each topic."""
    seen: Counter[str] = Counter()
    chosen = []
    for difference in differences:
        seen[_short(difference.topic)] += 1
        if seen[_short(difference.topic)] <= show:
            chosen.append(difference)
    return chosen


def chosen_cases(options: argparse.Namespace) -> list[Case]:
    library = theirs_library()
    every = [
        *cases.sites(),
        *cases.features(),
        *cases.late(),
        *cases.settings(),
        *cases.platforms(library),
        *cases.stock(library),
    ]
    every += [*live.live(), *cases.mixtures(options.random, options.seed)]
    return [case for case in every if not options.only or re.search(options.only, case.name)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--only", default="", metavar="REGEX", help="only cases whose names match")
    parser.add_argument("--random", type=int, default=20, metavar="N", help="random mixtures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--addresses", type=int, default=150, metavar="N", help="addresses a case")
    parser.add_argument("--recipients", type=int, default=25, metavar="N", help="of them, recipients in each situation")
    parser.add_argument("--engines", default="sendmail", help="sendmail, noctule, or both with a comma")
    parser.add_argument("--show", type=int, default=1, metavar="N", help="examples of each kind of difference")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--state", type=Path, metavar="FILE", help="where results are kept for going on later")
    options = parser.parse_args()
    engines = options.engines.split(",")
    amount = Amount(options.addresses, options.recipients, options.seed)
    found = chosen_cases(options)
    return 1 if told(results(found, amount, engines, options.state, options.jobs), options.show) else 0


if __name__ == "__main__":
    sys.exit(main())
