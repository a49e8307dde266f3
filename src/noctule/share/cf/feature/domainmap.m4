dnl  Debian only; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`domainmap') has no effect here')
