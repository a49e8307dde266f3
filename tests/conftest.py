"""Profiles of hypothesis: a test is never judged by its time, and `--hypothesis-profile=fuzz` looks for hours."""

from hypothesis import settings

settings.register_profile("quick", deadline=None)
settings.register_profile("fuzz", max_examples=10_000, stateful_step_count=60, deadline=None)
settings.load_profile("quick")
