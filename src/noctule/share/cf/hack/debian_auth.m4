dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`debian_auth') has no effect here; FEATURE(`authinfo') logs in to other hosts')
