"""The vocabulary of mail: replies, status codes, envelopes, recipients, header fields, outcomes.

Called by: every package above.  May import: base.  RFC 5321, 5322, 3461, 3463, 3464.
"""
