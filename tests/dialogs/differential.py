"""Invented sessions, played with the real Sendmail and with Noctule, configuration by configuration.

    python tests/dialogs/differential.py [--cases 20] [--seed 1] [--config NAME] [--keep FOLDER]
    python tests/dialogs/differential.py FILE.case ...     these instead of invented ones

Each case is some sessions; compared are all replies, what came out, reports, and the queue.  Cases and transcripts are
written to FOLDER.  Needs the oracle's root (see `oracle`) and root rights.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import stockcf
from dialogs.cases import Case, read_case, write_case
from dialogs.differences import judge, parts
from dialogs.inventing import Inventor
from dialogs.served import Site

HERE = Path(__file__).parent
ORACLE, OURS = (HERE / "oracle", HERE / "launcher")
_BY_DESIGN = "mail-param SIZE |"  # counts fields, and these hold host names of different lengths
_KEYS = ("h X-Number", "h X-NUMBER", "via", "mail ", "dsn-h X-Number")
CONFIGURATIONS = (
    *("base", "friends", "haters", "relays", "smart", "lusers", "gateway", "headers", "everybody", "nobody", "local"),
    *("lists", "virt", "masq", "access", "manners", "limits", "goaway", "ports"),
)


@contextmanager
def served(config: str, launcher: Path, root: Path) -> Iterator[Site]:
    """A configuration, served in a folder of its own below the root."""
    folder = Path(tempfile.mkdtemp(prefix="dialogs-", dir=root / "srv"))
    folder.chmod(0o755)
    try:
        with Site(config, launcher=[sys.executable, str(launcher)], data=HERE, work=folder, seen_from=root) as site:
            yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(config: str, cases: Iterable[Case], keep: Path) -> int:
    """Play cases with both servers; the number of those with a difference."""
    different = 0
    with served(config, ORACLE, stockcf.ORACLE) as oracle, served(config, OURS, Path("/")) as ours:
        for case in cases:
            for site in (oracle, ours):
                site.ready_for(case)
            with ThreadPoolExecutor() as pool:
                theirs, mine = pool.submit(oracle.play, case, None), pool.submit(ours.play, case, None)
                expected, got = aligned(theirs.result(), mine.result())
            found = [d for d in judge(case, expected, got) if not d.text.partition(": ")[2].startswith(_BY_DESIGN)]
            keep_case(case, expected, got, keep)
            if found:
                different += 1
                print(f"\n== {case.name}", *found, sep="\n    ", flush=True)
    return different


def keep_case(case: Case, expected: list[str], got: list[str], folder: Path) -> None:
    write_case(case, folder / f"{case.name}.case")
    (folder / f"{case.name}.expected").write_text("\n".join(expected) + "\n")
    (folder / f"{case.name}.got").write_text("\n".join(got) + "\n")


def aligned(expected: list[str], got: list[str]) -> tuple[list[str], list[str]]:
    """The same transcripts, messages of one side that the other has not behind the others."""
    (talk, messages, rest), (our_talk, our_messages, our_rest) = parts(expected), parts(got)
    pairs: list[tuple[list[str], list[str]]] = []
    left = []
    for block in messages:
        mine = max(our_messages, key=lambda other: _likeness(block, other), default=[])
        if _likeness(block, mine) > 0:
            our_messages.remove(mine)
            pairs.append((block, mine))
        else:
            left.append(block)
    first = [*(block for block, _ in pairs), *left]
    second = [*(block for _, block in pairs), *our_messages]
    return _joined(talk, first, rest), _joined(our_talk, second, our_rest)


def _likeness(block: list[str], other: list[str]) -> float:
    """How many lines of two messages are the same; 0 when they are not the same message."""
    keys = [{line for line in lines if line.startswith(_KEYS)} for lines in (block, other)]
    if keys[0] != keys[1]:
        return 0
    return len({*block} & {*other}) / len({*block} | {*other})


def _joined(talk: list[str], messages: list[list[str]], rest: list[str]) -> list[str]:
    numbered = [line for number, block in enumerate(messages, 1) for line in (f"== message {number}", *block)]
    return [*talk, *numbered, *rest]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20, help="for each configuration")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--config", action="append")
    parser.add_argument("--keep", type=Path, default=Path("/tmp/differential"))
    parser.add_argument("files", nargs="*", type=Path, help="cases to play instead of invented ones")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    played = [read_case(path) for path in given.files]
    for config in given.config or dict.fromkeys(case.config for case in played) or CONFIGURATIONS:
        inventor = Inventor(f"{given.seed} {config}", config)
        invented = (inventor.case(f"{config}-{given.seed}-{number}", config) for number in range(given.cases))
        different = compare(config, [c for c in played if c.config == config] or invented, given.keep)
        print(f"{config}: {different} cases with a difference", flush=True)


if __name__ == "__main__":
    main()
