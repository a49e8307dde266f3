dnl  A domain whose best MX is this host is local.
dnl
dnl  FEATURE(`bestmx_is_local'[, domains])  limited to these, class B
LOCAL_CONFIG
Kbestmx bestmx
ifelse(defn(`_ARG_'), `', `', `define(`_BESTMX_DOMAINS_')CB`'_ARG_')
LOCAL_NET_CONFIG
ifdef(`_BESTMX_DOMAINS_', `R$* < @ $* $=B . > $*	$: < > < $2 $3 > $1 < @ $2 $3 . > $4
', `R$* < @ $+ . > $*	$: < > < $2 > $1 < @ $2 . > $3
')dnl
R< > < $+ > $+		$: < $(bestmx $1 $: nobody $) > $2
R< $=w . > $* $=O $* < @ $+ > $*	$@ $>Recurse $2 $3 $4
R< $=w . > $+ < @ $+ > $*	$# confLOCAL_MAILER $@ $: $2
R< $+ > $+		$: $2
