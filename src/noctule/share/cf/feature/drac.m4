dnl  Relaying is allowed for addresses in a table that a POP or IMAP server fills.
dnl
dnl  FEATURE(`drac'[, map])
LOCAL_CONFIG
_TABLE_(`drac', `drac', defn(`_ARG_'))
