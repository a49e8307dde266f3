dnl  Refuses clients whose reverse zone says that they are no mail server.
dnl  (Nobody publishes such records any more.)
dnl
dnl  FEATURE(`mtamark'[, text][, t or text][, prefix])
_DEFIFNOT(`MTAMARK_TO', `5')
define(`_MARK_PREFIX_', ifelse(defn(`_ARG3_'), `', ``_perm._smtp._srv'', `defn(`_ARG3_')'))
ifdef(`_MTAMARK_DECLARED_', `', `define(`_MTAMARK_DECLARED_')dnl
LOCAL_CONFIG
Kmtamark dns -R TXT -a. -T<TMP> -r`'MTAMARK_TO
')
divert(8)dnl
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(mtamark _MARK_PREFIX_.$4.$3.$2.$1.in-addr.arpa. $: ok $) >
R< 1. >			$: ok
R< 0. >			$#error $@ 5.7.1 $: ifelse(defn(`_ARG_'), `', `"550 Rejected: " $&{client_addr} " not listed as MTA"', `_ARG_')
ifelse(defn(`_ARG2_'), `', `', `R< $+ <TMP> >		$#error $@ 4.4.3 $: ifelse(defn(`_ARG2_'), `t', `"451 Temporary lookup failure of "_MARK_PREFIX_"." $&{client_addr}', `_ARG2_')
')dnl
R$*			$: ok
