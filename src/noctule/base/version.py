"""The one place that knows Noctule's version."""

__version__ = "0.1.0"
