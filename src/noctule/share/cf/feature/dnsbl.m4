dnl  Refuses clients that a DNS list knows.
dnl
dnl  FEATURE(`dnsbl', list[, text, quarantine or discard][, t or text when it does not answer])
ifelse(defn(`_ARG_'), `', `_COMPLAIN_(`*** ERROR: missing argument for FEATURE(`dnsbl')')')
ifdef(`_DNSBL_DECLARED_', `', `define(`_DNSBL_DECLARED_')dnl
LOCAL_CONFIG
Kdnsbl ifdef(`DNSBL_MAP', `DNSBL_MAP', `dns -R A') -T<TMP>ifdef(`DNSBL_MAP_OPT', ` DNSBL_MAP_OPT')
')
divert(8)dnl
# Is the client listed at _ARG_ ?
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(dnsbl $4.$3.$2.$1._ARG_. $: ok $) >
R< ok >			$: ok
_LIST_FAILURE_(defn(`_ARG_'), defn(`_ARG3_'))dnl
R< $+ >			_LIST_ANSWER_(defn(`_ARG_'), defn(`_ARG2_'))
