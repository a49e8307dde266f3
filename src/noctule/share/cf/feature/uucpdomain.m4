dnl  Replaces host.UUCP by a domain; see rules/canonify.m4.
dnl
dnl  FEATURE(`uucpdomain'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`uudomain', `uucpdomain', defn(`_ARG_'))
