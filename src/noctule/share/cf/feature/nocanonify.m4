dnl  Names are not looked up in DNS to make them canonical; see rules/canonify.m4.
dnl
dnl  FEATURE(`nocanonify'[, `canonify_hosts'])  names without a dot still are
ifelse(defn(`_ARG_'), `', `', defn(`_ARG_'), `canonify_hosts', `define(`_CANONIFY_HOSTS_')',
	`_COMPLAIN_(`*** ERROR: unknown parameter "_ARG_" for FEATURE(`nocanonify')')')
