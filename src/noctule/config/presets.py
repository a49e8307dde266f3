"""Macros and classes that have a value before any configuration is read, and the same one on every machine."""

from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros

MACROS = {"n": "MAILER-DAEMON"}
CLASSES = {
    "e": ("7bit", "8bit", "binary"),
    "n": ("multipart/signed",),
    "s": ("rfc822",),
    "checkMIMEFieldHeaders": ("content-disposition", "content-type"),
    "checkMIMEHeaders": (
        "content-disposition",
        "content-id",
        "content-transfer-encoding",
        "content-type",
        "mime-version",
    ),
    "checkMIMETextHeaders": ("content-description",),
    "persistentMacros": ("r", "s", "_", "{if_addr}", "{daemon_flags}"),
}


def preset(macros: Macros, classes: Classes) -> None:
    """Set them all."""
    for name, value in MACROS.items():
        macros.set(name, value)
    for name, words in CLASSES.items():
        for word in words:
            classes.add(name, word)
