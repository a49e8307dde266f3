dnl  Refuses clients for which a DNS list has one of several answers.
dnl
dnl  FEATURE(`enhdnsbl', list[, text, quarantine or discard][, t or text][, answers ...])
dnl  Answers are patterns with a dot at the end, such as 127.0.0.2.
ifelse(defn(`_ARG_'), `', `_COMPLAIN_(`*** ERROR: missing argument for FEATURE(`enhdnsbl')')')
ifdef(`_EDNSBL_DECLARED_', `', `define(`_EDNSBL_DECLARED_')dnl
_DEFIFNOT(`EDNSBL_TO', `5')dnl
LOCAL_CONFIG
Kednsbl dns -R A -a. -T<TMP> -r`'EDNSBL_TO
')
define(`_LIST_MATCH_', `ifelse(`$1', `', `', `R< $1 >			_LIST_ANSWER_(defn(`_ARG_'), defn(`_ARG2_'), `discard')
')')
divert(8)dnl
# Is the client listed at _ARG_ ?
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(ednsbl $4.$3.$2.$1._ARG_. $: ok $) >
R< ok >			$: ok
_LIST_FAILURE_(defn(`_ARG_'), defn(`_ARG3_'))dnl
ifelse(defn(`_ARG4_'), `', `R< $+ >			_LIST_ANSWER_(defn(`_ARG_'), defn(`_ARG2_'), `discard')
', `_LIST_MATCH_(defn(`_ARG4_'))_LIST_MATCH_(defn(`_ARG5_'))_LIST_MATCH_(defn(`_ARG6_'))_LIST_MATCH_(defn(`_ARG7_'))_LIST_MATCH_(defn(`_ARG8_'))_LIST_MATCH_(defn(`_ARG9_'))')dnl
