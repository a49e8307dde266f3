"""What the AliasFile option names: `class: flags file`, the class `implicit` when there is none.

Commas in double quotes belong to a specification: `ldap: -k (uid=%0) -v "mail,cn"`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from noctule.base.text import BLANKS, comma_separated, words_of
from noctule.maps.classes import class_info

MAX_FILES = 64


@dataclass(frozen=True, slots=True)
class AliasFile:
    """One alias database; `arguments` as on a K line: flags, then the file."""

    map_class: str
    arguments: str

    @property
    def file(self) -> str:
        return next((word for word in words_of(self.arguments) if not word.startswith("-")), "")

    @property
    def rebuildable(self) -> bool:
        """Can newaliases build it from its text?"""
        info = class_info(self.map_class)
        return info is not None and info.rebuildable


def parse_alias_files(values: Iterable[str]) -> list[AliasFile]:
    """The databases named by all AliasFile lines, in order.  Those of an unknown class are left out."""
    specs = [spec for value in values for spec in comma_separated(value)]
    files = (_alias_file(spec) for spec in specs[:MAX_FILES])
    return [file for file in files if (info := class_info(file.map_class)) is not None and info.for_aliases]


def ldap_aliases(cluster: str, host: str) -> str:
    """What `AliasFile=ldap:` asks for: the aliases that entries keep for this cluster or host."""
    place = f"(|(sendmailMTACluster={cluster})(sendmailMTAHost={host}))"
    return (
        f"-k (&(objectClass=sendmailMTAAliasObject)(sendmailMTAAliasGrouping=aliases){place}(sendmailMTAKey=%0))"
        " -v sendmailMTAAliasValue,sendmailMTAAliasSearch:FILTER:sendmailMTAAliasObject,"
        "sendmailMTAAliasURL:URL:sendmailMTAAliasObject"
    )


def _alias_file(spec: str) -> AliasFile:
    head, colon, rest = spec.partition(":")
    if not colon or "/" in head:
        return AliasFile("implicit", spec)
    return AliasFile(head.strip(BLANKS), rest.strip(BLANKS))
