dnl  Rewrites sender addresses on output; see rules/masquerade.m4.
dnl
dnl  FEATURE(`genericstable'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`generics', `generics', defn(`_ARG_'))
