dnl  Limits how often one client connects, by ClientRate: entries of the access table.
dnl
dnl  FEATURE(`ratecontrol'[, `nodelay'][, `terminate'])
_CLIENT_LIMIT_FEATURE_(`ratecontrol')
