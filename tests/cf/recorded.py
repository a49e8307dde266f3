"""What configurations made with Sendmail's library decide, kept as data.

    python tests/cf/recorded.py

asks the real Sendmail again (see differential.py for what that needs) and writes data/verdicts.tsv.  A line of it is
`=NUMBER`, a tab and a verdict; or the name of a case, a tab, and `QUESTION=VERDICT` for each question whose answer is
another than that of the first case of its kind.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cf import cases, live
from cf.cases import Case
from cf.listed import Listed, reason_for
from cf.questions import Question, helper_rules, questions, verdict

DATA = Path(__file__).parent / "data" / "verdicts.tsv"
CHECKS = {"check_relay", "check_mail", "check_rcpt", "check_compat", "greet_pause", "tls_client", "tls_server",
          "tls_rcpt", "try_tls", "srv_features", "clt_features", "authinfo", "queuegroup", "trust_auth", "bcc",
          "check_vrfy", "check_etrn", "tls_srv_features", "tls_clt_features"}  # fmt: skip
MAILERS = ["local", "esmtp", "relay"]
ABSENT = "Undefined ruleset"  # the check of another feature


def recorded_cases() -> list[Case]:
    """A part of what is compared, as a test of all would take minutes.

    Sites that are wrong on purpose are left out, and those in folders.
    """
    wrong = (
        "own/no-ostype",
        "own/unknown-feature",
        "own/submission",
        "own/dnl-oddities",
        "own/errors",
        "own/wrong-args",
    )
    own = [case for case in cases.sites() if case.name.startswith("own/") and not case.folder]
    own = [case for case in own if case.name not in wrong]
    features = [case for case in cases.features() if not case.name.startswith("feature/msp")]
    return [*features[::2], *own, *live.live()]


def asked(case: Case) -> list[Question]:
    """Always the same for a case: every so many of those the comparison asks."""
    if case.zone is not None:
        return list(_some(live.questions(CHECKS), 5))
    return list(_some(questions(CHECKS, MAILERS, 100, 7, 8), 31))


def _some(every: Iterable[Question], step: int) -> Iterator[Question]:
    number = 0
    for question in every:
        if question.topic:
            number += 1
        if not question.topic or number % step == 0:
            yield question


def verdicts(case: Case, answers: Iterable[str]) -> list[str]:
    """One for each question with a topic."""
    told = [question for question in asked(case) if question.topic]
    return [verdict(question, answer) for question, answer in zip(told, answers, strict=True)]


def is_listed(question: Question, theirs: str, ours: str) -> bool:
    """Whether docs/compatibility.md lists this difference."""
    return bool(reason_for(_Shown(question.topic, question.line, theirs, ours)))


class _Shown(Listed):
    """A difference; it has the fields of a pattern for one."""

    def __init__(self, topic: str, line: str, theirs: str, ours: str) -> None:
        super().__init__("", topic, line, theirs, ours)


def read() -> dict[str, list[str]]:
    """Name of the case and its verdicts."""
    texts: dict[str, str] = {}
    rows: dict[str, list[str]] = {}
    for line in DATA.read_text("latin-1").splitlines():
        name, _, rest = line.partition("\t")
        if name.startswith("="):
            texts[name[1:]] = rest.replace("\\n", "\n")
            continue
        base = rows.get(_first(name), [])
        given = dict(pair.split("=") for pair in rest.split())
        count = len(base) or len(given)
        rows[name] = [texts[given[str(at)]] if str(at) in given else base[at] for at in range(count)]
    return rows


def _first(name: str) -> str:
    return "live/none" if name.startswith("live/") else "feature/none"


def _record(case: Case) -> list[str]:
    from cf.differential import generated, rulesets, theirs_library
    from cf.sessions import bench

    with bench(case) as made:
        cf, _ = generated(theirs_library(), case, made.home)
        made.write("theirs.cf", cf + helper_rules(rulesets(cf)))
        return verdicts(case, made.sendmail("theirs.cf", asked(case))[1:])


def main() -> None:
    chosen = recorded_cases()
    with ProcessPoolExecutor(2) as pool:
        rows = dict(zip((case.name for case in chosen), pool.map(_record, chosen), strict=True))
    numbers: dict[str, int] = {}
    lines = []
    for name, found in rows.items():
        base = rows[_first(name)]
        given = [
            f"{at}={numbers.setdefault(text, len(numbers))}"
            for at, text in enumerate(found)
            if name == _first(name) or text != base[at]
        ]
        lines.append(f"{name}\t{' '.join(given)}")
    texts = [f"={number}\t{text}".replace("\n", "\\n") for text, number in numbers.items()]
    DATA.write_text("".join(f"{line}\n" for line in (*texts, *lines)), "latin-1")


if __name__ == "__main__":
    main()
