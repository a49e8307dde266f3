dnl  Debian only; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`drac') has no effect here')
