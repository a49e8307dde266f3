"""Configurations of the cases, moved from /etc/mail to a folder of the test."""

import re
import shutil
from pathlib import Path

from cf.cases import TABLES
from cf.questions import helper_rules
from noctule.files import SafetyPolicy
from noctule.maps.build import Format, build_map, map_path

BLAME = ("TrustStickyBit", "MapInUnsafeDirPath", "ClassFileInUnsafeDirPath")  # the folder of the tests is not root's
CLOSED = 1  # nobody serves names there
RULESET = re.compile(r"^S\s*(\w+)", re.MULTILINE)


def build_tables(folder: Path) -> None:
    """The common tables, those with two columns as cdb maps."""
    for path in TABLES.iterdir():
        shutil.copy(path, folder)
        if path.name not in ("hosts", "service.switch") and b"\t" in path.read_bytes().partition(b"\n")[0]:
            build_table(folder / path.name)


def build_table(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    policy = SafetyPolicy.of(BLAME)
    build_map("cdb", map_path("cdb", str(path)), lines, Format(), policy=policy, complain=print)


def placed(cf: str, folder: Path, tables: Path, name_server: int = CLOSED) -> str:
    """The text of a configuration that looks for its tables there, and for names in `hosts` unless DNS is served."""
    text = cf.replace("/etc/mail/", f"{tables}/").replace(f"{tables}/access.db", f"{tables}/access")
    text = re.sub(r"^(K\S+ )hash\b", r"\1cdb", text, flags=re.MULTILINE)
    switch = folder / "service.switch"
    dns = " dns" if name_server != CLOSED else ""
    switch.write_text(f"hosts files{dns}\naliases files\npasswd files\n")
    text = f"O DontBlameSendmail={','.join(BLAME)}\n{text}"
    text += f"O HostsFile={tables}/hosts\nO ServiceSwitchFile={switch}\nO NameServer=127.0.0.1/{name_server}\n"
    return text + helper_rules(RULESET.findall(text))
