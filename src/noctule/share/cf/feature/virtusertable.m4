dnl  Rewrites recipients of virtual domains; see rules/virtusertable.m4.
dnl
dnl  FEATURE(`virtusertable'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`virtuser', `virtuser', defn(`_ARG_'))
