dnl  Debian's own; accepted, no effect.
_COMPLAIN_(`NOTE: HACK(`virthost_by_ip') has no effect here; see confSMTP_LOGIN_MSG')
