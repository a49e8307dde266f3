"""The trees of `noctule explain` against the real Sendmail's own traces (-d21.12).

    python tests/rewrite/compare_trees.py [ADDRESSES [NAME ...]]     default: 1000 addresses, generic-linux

Each address goes through rulesets 3 and 0 on both sides.  Needs the oracle's root and root rights for chroot.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rewrite import record_oracle, rig, samples, test_explain


def compare(name: str, count: int) -> int:
    """How many addresses have another tree than trace."""
    cf, text = record_oracle.place(name)
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
    print(f"{name}: {len(commands)} addresses, {len(wrong)} with another tree", *wrong[:5], sep="\n    ")
    return len(wrong)


def main(words: list[str]) -> int:
    count = int(words[0]) if words else 1000
    return int(sum(compare(name, count) for name in words[1:] or ["generic-linux"]) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
