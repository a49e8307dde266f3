"""What became of one attempt for one recipient: a closed type of three."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    status: str  # enhanced status code (RFC 3463)
    text: str = ""  # what the log line and the report say: "Sent (ok)", "User unknown"
    reply: str = ""  # the far end's reply, one line, "" when there was none
    remote: str = ""  # MX name as used, with Sendmail's trailing dot; "" for local delivery
    remote_address: str = ""  # IP address, without brackets
    about_sender: bool = False  # the reply was one to MAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(_Outcome):
    """The far end (or the mailbox) has it.

    `recipient_reply` and its status are the answer to RCPT, where a receipt is owed: that is what it tells.
    """

    status: str = "2.0.0"
    recipient_reply: str = ""
    recipient_status: str = ""
    relayed: bool = False  # handed to a host without DSN: RFC 3461 6.2.5
    untimed: bool = (
        False  # handed to a host that does not keep to a deadline the sender is to be told of: RFC 2852 4.1.4
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred(_Outcome):
    """Not now.  When in doubt, this one."""

    status: str = "4.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(_Outcome):
    """Never: a bounce is owed."""

    status: str = "5.0.0"
    exit: int | None = None  # of the program that should have delivered; `reply` is what it printed first


Outcome = Delivered | Deferred | Failed
