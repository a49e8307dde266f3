dnl  Refuses senders whose domain a DNS list knows.
dnl
dnl  FEATURE(`rhsbl', list[, text][, t or text when it does not answer])
dnl  With access_db, an entry rhs:domain OK exempts a sender.
ifdef(`_RHSBL_DECLARED_', `', `define(`_RHSBL_DECLARED_')dnl
LOCAL_CONFIG
Krhsbl host -T<TMP>
')
divert(8)dnl
# Is the domain of the sender listed at _ARG_ ?
R$*			$: < ? > $>CanonAddr $&f
R< ? > $* < @ $+ . >	$: < $(rhsbl $2._ARG_. $: ok $) > $1 < @ $2 >
R< ? > $*		$: ok
R< ok > $*		$: ok
ifelse(defn(`_ARG3_'), `', `', `R< $* <TMP> > $* < @ $+ >	$#error $@ 4.7.1 $: ifelse(defn(`_ARG3_'), `t', `"451 Temporary lookup failure of " $3 " at _ARG_"', `_ARG3_')
')dnl
R< $* <TMP> > $*	$: ok
R< $+ > $* < @ $+ >	$: $3 $| $>ListExempt $2 @ $3
R$* $| $#$*		$#$2
R$* $| OK		$: ok
R$* $| $*		$#error $@ 5.7.1 $: ifelse(defn(`_ARG2_'), `', `"550 Mail from " $1 " refused by blackhole site _ARG_"', `_ARG2_')
R$*			$: ok
