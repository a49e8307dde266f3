"""What the srv_features ruleset allows a client: letters, lower case to turn a thing on, upper case to turn it off."""

from dataclasses import dataclass

from noctule.smtp.data import Bare

_KNOWN = frozenset("abcdefghilnoprsuvx")


@dataclass(slots=True)
class Features:
    """The state of the letters.  The defaults are the safe ones."""

    auth: bool = True  # a
    verb: bool = True  # b
    protected_passwords: bool = False  # c: plain passwords only under TLS
    dsn: bool = True  # d
    etrn: bool = True  # e
    wait_for_replies: bool = True  # f
    bare_lf: Bare = Bare.REFUSED  # g
    refuse_http: bool = False  # h
    auth_required: bool = False  # l
    starttls: bool = True  # s
    asks_certificate: bool | None = None  # v; None: as TLSSrvOptions says
    any_end: bool = False  # O
    pipelining: bool = True  # p
    bare_cr: Bare = Bare.REFUSED  # u
    expn: bool = True  # x


def read_features(tokens: list[str]) -> tuple[Features, list[str]]:
    """The letters behind `$#`, and those nobody knows.

    U does not let a bare CR pass, as it does in Sendmail: what leaves here has canonical line ends.
    """
    features = Features()
    unknown = []
    for token in tokens:
        letter, variant = token[:1], token[1:]
        if letter.lower() not in _KNOWN or variant not in {"", "2"}:
            unknown.append(token)
        _set(features, letter, variant)
    return features, unknown


def _set(features: Features, letter: str, variant: str) -> None:
    on = letter.islower()
    match letter.lower():
        case "a":
            features.auth = on
        case "b":
            features.verb = on
        case "c":
            features.protected_passwords = on
        case "d":
            features.dsn = on
        case "e":
            features.etrn = on
        case "f":
            features.wait_for_replies = on
        case "g":
            features.bare_lf = Bare.BLANK if variant else Bare.REFUSED if on else Bare.LINE_END
        case "h":
            features.refuse_http = on
        case "l":
            features.auth_required = on
        case "o":
            features.any_end = not on
        case "p":
            features.pipelining = on
        case "s":
            features.starttls = on
        case "v":
            features.asks_certificate = on
        case "u":
            features.bare_cr = Bare.REFUSED if on and not variant else Bare.BLANK
        case "x":
            features.expn = on
