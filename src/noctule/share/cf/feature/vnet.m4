dnl  Debian only; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`vnet') has no effect here')
