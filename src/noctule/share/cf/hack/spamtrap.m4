dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`spamtrap') has no effect here; write a ruleset Local_check_rcpt')
