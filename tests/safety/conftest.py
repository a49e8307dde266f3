"""`pytest --hypothesis-profile=fuzz` looks for hours where the usual run looks for seconds."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=10_000, stateful_step_count=60, deadline=None)
