"""Run a command in a network of its own, where a name server on loopback answers out of a zone file.

    python tests/cf/names.py ZONE COMMAND ARGUMENT...

Needs root rights in a network namespace (`unshare --net`).  Names below `broken.` in the zone's comments answer
SERVFAIL: a line `; broken NAME [TYPE]` names one.
"""

import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from resolve.server import Zone, serving

_BROKEN = re.compile(r"^; broken (\S+)(?: (\S+))?$", re.MULTILINE)


def read_zone(path: Path) -> Zone:
    text = path.read_text()
    broken = {name if not kind else f"{name}/{kind}" for name, kind in _BROKEN.findall(text)}
    return Zone(".", text, broken=broken)


def main() -> int:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with serving(read_zone(Path(sys.argv[1])), ("127.0.0.1", 53)):
        return subprocess.run(sys.argv[2:]).returncode


if __name__ == "__main__":
    sys.exit(main())
