dnl  Programs run in a restricted shell.
dnl
dnl  FEATURE(`smrsh'[, program])
ifdef(`_MAILER_local_', `_COMPLAIN_(`*** FEATURE(smrsh) must occur before MAILER(local)')')
define(`LOCAL_SHELL_PATH', ifelse(defn(`_ARG_'), `', `confEBINDIR`'/smrsh', `_ARG_'))
_DEFIFNOT(`LOCAL_SHELL_ARGS', `smrsh -c $u')
