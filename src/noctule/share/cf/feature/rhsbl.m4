dnl  Debian only; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`rhsbl') has no effect here')
