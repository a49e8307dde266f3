dnl  Replaces host.BITNET by a domain; see rules/canonify.m4.
dnl
dnl  FEATURE(`bitdomain'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`bitdomain', `bitdomain', defn(`_ARG_'))
