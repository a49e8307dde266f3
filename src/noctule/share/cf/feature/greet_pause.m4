dnl  Waits before the greeting, and refuses the mail of clients that talk meanwhile.
dnl
dnl  FEATURE(`greet_pause'[, milliseconds])
ifelse(defn(`_ARG_'), `', `_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: FEATURE(`greet_pause') requires FEATURE(`access_db')')')')
define(`_GREET_PAUSE_', defn(`_ARG_'))
_IF_FEATURE_(`access_db', `define(`_GREET_PAUSE_TABLE_')')
