"""Delivery reports: bounces, warnings and receipts as `multipart/report`.

Called by: deliver (reports to send), assembly.  May import: base, mail.
RFC 3461, 3462, 3464, 3834.

`compose` makes the report for some recipients of a message; `wanted` and `addressee` decide for whom and to whom.
"""

from noctule.dsn.notice import Action, Kind, Notice, Order, action_for, addressee, is_double_bounce, kind_of, wanted
from noctule.dsn.report import Report, Reporter, compose, returned_header
from noctule.dsn.status import received_address
from noctule.dsn.xtext import decode_xtext

__all__ = [
    "Action",
    "Kind",
    "Notice",
    "Order",
    "Report",
    "Reporter",
    "action_for",
    "addressee",
    "compose",
    "decode_xtext",
    "is_double_bounce",
    "kind_of",
    "received_address",
    "returned_header",
    "wanted",
]
