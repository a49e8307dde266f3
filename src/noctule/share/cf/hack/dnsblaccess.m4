dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`dnsblaccess') has no effect here; see FEATURE(`enhdnsbl') and Connect: entries of the access table')
