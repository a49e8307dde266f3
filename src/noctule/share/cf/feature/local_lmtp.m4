dnl  The local mailer speaks LMTP.
dnl
dnl  FEATURE(`local_lmtp'[, program][, arguments])
ifdef(`_MAILER_local_', `_COMPLAIN_(`*** FEATURE(local_lmtp) must occur before MAILER(local)')')
define(`LOCAL_MAILER_PATH', ifelse(defn(`_ARG_'), `', `confEBINDIR`'/mail.local', `_ARG_'))
define(`LOCAL_MAILER_ARGS', ifelse(defn(`_ARG2_'), `', ``mail.local -l'', `defn(`_ARG2_')'))
define(`LOCAL_MAILER_FLAGS', `PSXmnz9')
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `SMTP')
define(`LOCAL_RWR', `S=EnvFromSMTP/HdrFromL, R=EnvToL/HdrToL')
