"""Scripted SMTP sessions against Noctule, compared with what the real Sendmail answered (see README.md)."""
