"""arpa: an IP address spelled backwards, as DNS lists and the reverse zones want it."""

import ipaddress

from noctule.base.questions import Answer, AnswerKind, found
from noctule.maps.arguments import FIRST_WORD
from noctule.maps.map import Map


class ArpaMap(Map):
    """Kx arpa: `1.2.3.4` gives `4.3.2.1`, `IPv6:...` its nibbles."""

    class_name = "arpa"
    grammar = FIRST_WORD
    fixed_generation = 0

    def find(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        try:
            if key[:5] == "ipv6:":
                return found(".".join(reversed(ipaddress.IPv6Address(key[5:]).exploded.replace(":", ""))))
            return found(".".join(reversed(str(ipaddress.IPv4Address(key)).split("."))))
        except ValueError:
            return Answer(AnswerKind.NOT_FOUND, status=65)
