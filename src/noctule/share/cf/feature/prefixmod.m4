dnl  Takes a prefix off local parts and notes flags for it in ${rcpt_flags}.
dnl
dnl  FEATURE(`prefixmod', prefix, flags)  prefix as tokens: `x +' for x+user
ifelse(defn(`_ARG_'), `', `_COMPLAIN_(`*** ERROR: missing argument for FEATURE(`prefixmod')')')
ifelse(defn(`_ARG2_'), `', `_COMPLAIN_(`*** ERROR: missing second argument for FEATURE(`prefixmod')')')
define(`_PREFIX_', defn(`_ARG_'))
define(`_PREFIX_FLAGS_', defn(`_ARG2_'))
