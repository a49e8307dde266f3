dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`msp_nullclient') has no effect here; see FEATURE(`nullclient')')
