dnl  Unqualified addresses get a domain for local delivery too.
dnl
dnl  FEATURE(`always_add_domain'[, domain])  without: our own, open to masquerading.
ifdef(`_MAILER_local_', `_COMPLAIN_(`*** MAILER(`local') must appear after FEATURE(`always_add_domain')')')
define(`_LOCAL_ADDED_DOMAIN_', ifelse(defn(`_ARG_'), `', ``*LOCAL*'', `defn(`_ARG_')'))
