"""Where recipients lead: to a mailer, a host and a user, through aliases, `:include:` lists and `.forward` files.

Called by: receive (RCPT, VRFY, EXPN, `-bv`), deliver (before each attempt), assembly, commands.
May import: base, mail, symbols, rewrite, files, accounts.  RFC 5321 section 3.9, RFC 3461 section 5.2.7.

`Router.resolve` looks at one address as far as an answer to RCPT needs; `Router.expand` replaces the recipients of a
message by those they stand for.  Maps are asked through `base.questions.Answering`, files through `AddressFiles`, users
through `accounts.Accounts`.
"""

from noctule.route.addressfiles import AddressFile, AddressFiles, DirectFiles
from noctule.route.addresslist import split_addresses
from noctule.route.listing import Listed
from noctule.route.results import Clone, Expansion, Note, NoteKind, Refused, Routed
from noctule.route.router import Router
from noctule.route.settings import RouteSettings

__all__ = [
    "AddressFile",
    "AddressFiles",
    "Clone",
    "DirectFiles",
    "Expansion",
    "Listed",
    "Note",
    "NoteKind",
    "Refused",
    "RouteSettings",
    "Routed",
    "Router",
    "split_addresses",
]
