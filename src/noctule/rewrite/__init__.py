"""The address engine: tokens, compiled rules, rulesets, the address pipeline, check verdicts, the address test mode.

Called by: route, receive, deliver, assembly, commands.  May import: base, symbols.
RFC 5322 addresses, read as Sendmail reads them.
Pure: maps are asked through `base.questions.Lookups`; one that has to wait raises `Waiting`, and `settle` runs the same
work again with the answer.
"""
