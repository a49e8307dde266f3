"""Noctule: a mail transfer agent that runs Sendmail's configuration."""
