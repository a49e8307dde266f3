dnl  Limits how many connections one client has open, by ClientConn: entries of the access table.
dnl
dnl  FEATURE(`conncontrol'[, `nodelay'][, `terminate'])
_CLIENT_LIMIT_FEATURE_(`conncontrol')
