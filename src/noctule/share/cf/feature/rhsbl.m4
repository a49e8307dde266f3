dnl  Refuses senders whose domain a DNS list knows.
dnl
dnl  FEATURE(`rhsbl', list[, text][, t or text when it does not answer])
dnl  With access_db, an entry rhs:domain OK exempts a sender.
dnl  The map is that of dnsbl, where there is one; {RHS} is the domain, for texts.
ifdef(`_DNSBL_DECLARED_', `', `ifdef(`_RHSBL_DECLARED_', `', `define(`_RHSBL_DECLARED_')dnl
LOCAL_CONFIG
Kdnsbl host -T<TMP>
')')
divert(8)dnl
# Is the domain of the sender listed at _ARG_ ?
R$+			$: < ? > $>CanonAddr $&f	nothing is left where nobody called
R< ? > $* < @ $+ . >	$: < $(dnsbl $2._ARG_. $: ok $) > $1 < @ $2 > $(macro {RHS} $@ $2 $)
R< ? > $*		$: ok
R< ok > $*		$: ok
ifelse(defn(`_ARG3_'), `', `', `R< $* <TMP> > $* < @ $+ >	$#error $@ 4.7.1 $: ifelse(defn(`_ARG3_'), `t', `"451 Temporary lookup failure of " $3 " at _ARG_"', `_ARG3_')
')dnl
R< $* <TMP> > $*	$: ok
R< $+ > $* < @ $+ >	$: $3 $| $>ListExempt $2 @ $3
R$* $| $#$*		$#$2
R$* $| OK		$: ok
R$* $| $*		$#error $@ 5.7.1 $: ifelse(defn(`_ARG2_'), `', `"550 Mail from " $1 " refused by blackhole site _ARG_"', `_ARG2_')
R$+			$: ok
