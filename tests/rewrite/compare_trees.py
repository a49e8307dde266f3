"""The trees of `noctule explain` against the real Sendmail's own traces (-d21.12).

    python tests/rewrite/compare_trees.py [ADDRESSES [NAME ...]]     default: 1000 addresses, generic-linux

A NAME `own:SITE` is that site of data/mc, made with Noctule's own library.  Each address goes through rulesets 3 and 0
on both sides.  Needs the oracle's root and root rights for chroot.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from noctule.assembly.mc import MacroRequest, generate
from rewrite import record_oracle, rig, samples, test_explain

_OWN = "own:"


def compare(title: str, count: int) -> int:
    """How many addresses have another tree than trace."""
    name = title.removeprefix(_OWN)
    site = MacroRequest(path=str(rig.DATA / "mc" / name / f"{name}.mc"))
    cf, text = record_oracle.place(name, generate(site).text if title.startswith(_OWN) else None)
    folder = rig.tables(name)
    found = samples.addresses(samples.site_words(folder))
    found += [f"User{n}+x@host{n}.example{n % 7}.com" for n in range(count - len(found))]
    commands = [f"3,0 {address}" for address in found[:count]]
    record_oracle.learn_hosts(cf, text, name, commands)
    traces = record_oracle.converse(cf, ["-d21.12", *commands])[1:]
    _, growing = test_explain.sessions(text, folder)
    wrong = [
        command
        for command, trace in zip(commands, traces, strict=True)
        if growing.feed(command) != test_explain.without_workspace(trace)
    ]
    print(f"{title}: {len(commands)} addresses, {len(wrong)} with another tree", *wrong[:5], sep="\n    ")
    return len(wrong)


def main(words: list[str]) -> int:
    count = int(words[0]) if words else 1000
    return int(sum(compare(name, count) for name in words[1:] or ["generic-linux"]) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
