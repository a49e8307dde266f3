dnl  Where the client finds its credentials; see rules/auth.m4.
dnl
dnl  FEATURE(`authinfo'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`authinfo', `authinfo', defn(`_ARG_'))
