dnl  Limits what one client may do; see rules/client_limits.m4.
dnl
dnl  FEATURE(`ratecontrol'[, `nodelay'][, `terminate'])
_CLIENT_LIMIT_FEATURE_(`ratecontrol')
