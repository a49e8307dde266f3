"""The one place that knows versions: Noctule's, and that of the Sendmail whose configuration language it speaks."""

__version__ = "0.1.0"
SENDMAIL_VERSION = "8.17.1.9"
