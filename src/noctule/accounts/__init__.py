"""Who exists here: the mailbox database (`MailboxDatabase=pw`), full names, home directories, login shells, passwords.

Called by: maps (the `user` map), route, receive, assembly.  May import: base, sasl, files, net, directory.

A look-up ends in one of three ways: an `Account`, None for "no such user", TemporaryError for "cannot say now".
Passwords are the matter of back ends (`backend`).
"""

from noctule.accounts.account import Account, Accounts, parse_passwd
from noctule.accounts.backend import BackEnd, Chain
from noctule.accounts.listed import ListedAccounts
from noctule.accounts.shells import ANY_SHELL, read_shells
from noctule.accounts.system import SystemAccounts

__all__ = [
    "ANY_SHELL",
    "Account",
    "Accounts",
    "BackEnd",
    "Chain",
    "ListedAccounts",
    "SystemAccounts",
    "parse_passwd",
    "read_shells",
]
