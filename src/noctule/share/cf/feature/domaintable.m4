dnl  Replaces whole domains wherever they occur; see rules/canonify.m4.
dnl
dnl  FEATURE(`domaintable'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`domaintable', `domain', defn(`_ARG_'))
