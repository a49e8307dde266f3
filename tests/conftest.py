"""What all tests share.

Profiles of hypothesis: a test is never judged by its time, and `--hypothesis-profile=fuzz` looks for hours.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("quick", deadline=None)
settings.register_profile("fuzz", max_examples=10_000, stateful_step_count=60, deadline=None)
settings.load_profile("quick")


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user can enter.  Each start of pytest closes those of tmp_path to others."""
    with tempfile.TemporaryDirectory(prefix="public-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
