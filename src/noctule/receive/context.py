"""What the transactions of one connection share."""

from dataclasses import dataclass, field

from noctule.receive.caller import Caller
from noctule.receive.checks import Checks
from noctule.receive.services import Services
from noctule.receive.settings import ReceiveSettings
from noctule.symbols.macros import Macros


@dataclass(slots=True)
class Context:
    """The parts they work with, and what is counted across them.

    `discard` and `quarantine` were decided for all of them.  Counted since the last transaction ended: `asked_for`, the
    recipients that the rules let pass, by whatever command and whatever became of them (Received names one that stands
    alone); `shown`, those that VRFY and EXPN told of.  `warnings` are those of this transaction, and of attempts to
    begin it.
    """

    services: Services
    settings: ReceiveSettings
    checks: Checks
    caller: Caller
    scope: Macros
    protocol: str = "SMTP"
    greeted: bool = False
    discard: bool = False
    quarantine: str = ""
    asked_for: int = 0
    shown: int = 0
    warnings: list[str] = field(default_factory=list)
