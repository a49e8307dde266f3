"""What PrivacyOptions keep from the people who run commands; the rights of the queue's files hold besides."""

import os
from pathlib import Path

from noctule.assembly.settings import privacy
from noctule.config import Configuration

MISLEADING = "Notice: -bv may give misleading output for non-privileged user"
NO_LISTING = "You are not permitted to see the queue"
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


def may_see_expansion(configuration: Configuration) -> bool:
    """restrictexpand: -v tells ordinary users nothing of what becomes of their mail."""
    return "restrictexpand" not in privacy(configuration.options) or os.getuid() == 0
