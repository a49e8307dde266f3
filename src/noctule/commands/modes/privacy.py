"""What is kept from the people who run commands, by PrivacyOptions or always; the rights of files hold besides."""

import os
from pathlib import Path

from noctule.assembly.rules import numbers_of
from noctule.assembly.settings import privacy
from noctule.config import Configuration

MISLEADING = "Notice: -bv may give misleading output for non-privileged user"
NO_LISTING = "You are not permitted to see the queue"
NOT_TRUSTED = "Permission denied (real uid not trusted)"
NO_QUEUE_RUN = "You do not have permission to process the queue"


def may_list_queue(configuration: Configuration, directory: Path) -> bool:
    """restrictmailq: only root and members of the queue directory's group."""
    if "restrictmailq" not in privacy(configuration.options) or os.getuid() == 0 or not directory.exists():
        return True
    return directory.stat().st_gid in {os.getgid(), *os.getgroups()}


def may_run_queue(configuration: Configuration, directory: Path) -> bool:
    """restrictqrun: only root and the queue directory's owner."""
    if "restrictqrun" not in privacy(configuration.options) or os.getuid() == 0 or not directory.exists():
        return True
    return directory.stat().st_uid == os.getuid()


def may_serve(configuration: Configuration, directory: Path) -> bool:
    """Daemons are for root, the TrustedUser, and whoever owns the queue."""
    uid = os.getuid()
    if uid == 0 or uid == numbers_of(configuration.options.string("TrustedUser"))[0]:
        return True
    return not directory.exists() or directory.stat().st_uid == uid


def may_see_expansion(configuration: Configuration) -> bool:
    """restrictexpand: -v tells ordinary users nothing of what becomes of their mail."""
    return "restrictexpand" not in privacy(configuration.options) or os.getuid() == 0
