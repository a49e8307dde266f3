"""What the srv_features ruleset allows a client: letters, lower case to turn a thing on, upper case to turn it off."""

from dataclasses import dataclass

from noctule.smtp.data import Bare

_SWITCHES = {
    "a": "auth",
    "b": "verb",
    "c": "protected_passwords",
    "d": "dsn",
    "e": "etrn",
    "f": "wait_for_replies",
    "h": "refuse_http",
    "l": "auth_required",
    "n": "one_by_one",
    "p": "pipelining",
    "s": "starttls",
    "r": "asks_certificate",
    "v": "asks_certificate",
    "x": "expn",
}
_VARIED = frozenset("gu")  # those that have a second meaning
_KNOWN = frozenset((*_SWITCHES, *_VARIED, "o"))


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
    one_by_one: bool = False  # n: no PIPELINING, whatever p says
    starttls: bool = True  # s
    asks_certificate: bool | None = None  # r, v; None: as TLSSrvOptions says
    any_end: bool = False  # O
    pipelining: bool = True  # p
    bare_cr: Bare = Bare.REFUSED  # u
    expn: bool = True  # x


def read_features(tokens: list[str]) -> tuple[Features, list[str]]:
    """The letters behind `$#`, and what is wrong with others of them.

    U does not let a bare CR pass, as it does in Sendmail: what leaves here has canonical line ends.
    """
    features = Features()
    complaints = []
    for token in tokens:
        letter, variant = token[:1], token[1:]
        if letter.lower() not in _KNOWN:
            complaints.append(f"unknown feature {token}")
        elif variant and (variant != "2" or letter not in _VARIED):
            complaints.append(f"unknown variant {token}")
        _set(features, letter, variant)
    return features, complaints


def _set(features: Features, letter: str, variant: str) -> None:
    on = letter.islower()
    match letter.lower():
        case "g":
            features.bare_lf = Bare.BLANK if variant else Bare.REFUSED if on else Bare.LINE_END
        case "o":
            features.any_end = not on
        case "u":
            features.bare_cr = Bare.REFUSED if on and not variant else Bare.BLANK
        case plain if plain in _SWITCHES:
            setattr(features, _SWITCHES[plain], on)
