dnl  The local mailer is procmail or one like it.
dnl
dnl  FEATURE(`local_procmail'[, program][, arguments][, flags])
ifdef(`_MAILER_local_', `_COMPLAIN_(`*** FEATURE(local_procmail) must occur before MAILER(local)')')
define(`LOCAL_MAILER_PATH', ifelse(defn(`_ARG_'), `', `ifdef(`PROCMAIL_MAILER_PATH', `PROCMAIL_MAILER_PATH', `/usr/local/bin/procmail')', `_ARG_'))
define(`LOCAL_MAILER_ARGS', ifelse(defn(`_ARG2_'), `', ``procmail -Y -a $h -d $u'', `defn(`_ARG2_')'))
define(`LOCAL_MAILER_FLAGS', ifelse(defn(`_ARG3_'), `', `SPfhn9', `_ARG3_'))
define(`LOCAL_RWR', `S=EnvFromL/HdrFromL, R=EnvToL/HdrToL')
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `X-Unix')
