dnl  Routes domains to mailer:host; rules/mailertable.m4 tells how.
dnl
dnl  FEATURE(`mailertable'[, map])  the table; the word LDAP means the built-in schema.
LOCAL_CONFIG
_TABLE_(`mailertable', `mailer', defn(`_ARG_'))
