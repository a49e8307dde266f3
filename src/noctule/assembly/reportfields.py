"""The header of our own reports: what H lines make of it."""

from collections.abc import Callable, Sequence

from noctule.config import Configuration
from noctule.dsn import Order, received_address
from noctule.mail.envelope import HeaderField
from noctule.receive import fields
from noctule.receive.dates import date_macros

AUTHOR = "Mail Delivery Subsystem"


def completed_by(configuration: Configuration) -> Callable[[Order, Sequence[tuple[str, str]]], tuple[HeaderField, ...]]:
    """A function that puts what H lines add before the fields of a report.

    A report comes from this host; some macros still tell of who sent the message that it is about.
    """
    macros, templates = configuration.macros, configuration.headers
    daemon = macros.get("n") or "MAILER-DAEMON"

    def complete(order: Order, own: Sequence[tuple[str, str]]) -> tuple[HeaderField, ...]:
        about = order.envelope
        values = {
            **date_macros(order.now),
            "i": order.id,
            "f": daemon,
            "g": daemon,
            "x": AUTHOR,
            "s": "localhost",
            "_": "localhost",
            "mail_from": about.sender,
            "mail_addr": about.sender_address,
            "client_addr": received_address(about) or None,
        }
        return fields.complete(own, templates, macros.child(values))

    return complete
