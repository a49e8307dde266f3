
#####################################################################
# check_relay: client name $| client address
#####################################################################

SLocal_check_relay

S`'_CHECK_(`relay')
R$*			$: $1 $| $>Local_check_relay $1
R$* $| $* $| $#$*	$#$3
R$* $| $* $| $*		$@ $>Basic_check_relay $1 $| $2

SBasic_check_relay
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred			no checks in that mode
R< $* > $*		$: $2
_IF_FEATURE_(`use_client_ptr', `R$* $| $*		$: $&{client_ptr} $| $2
')dnl
_IF_FEATURE_(`access_db', `R$+ $| $+		$: $>D < $1 > < ? > < + Connect > < $2 >
R   $| $+		$: $>A < $1 > < ? > < + Connect > < $1 >	no name
R< ? > < $+ >		$: $>A < $1 > < ? > < + Connect > < $1 >
R< ? > < $* >		$: ok
R< $={Accept} > < $* >	$@ $1				no further checks
R< $+ > < $* >		$@ $>AccessVerdict < $1 >
')dnl
_IF_FEATURE_(`ratecontrol', `ifdef(`_ratecontrol_NODELAY_', `', `R$*			$: ok $>RateControl ok
R$* $#$*		$#$2
')')dnl
_IF_FEATURE_(`conncontrol', `ifdef(`_conncontrol_NODELAY_', `', `R$*			$: ok $>ConnControl ok
R$* $#$*		$#$2
')')dnl
undivert(8)dnl
ifdef(`_RBL_', `# An old list, asked through the host map
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $[ $4 . $3 . $2 . $1 . _RBL_ . $: ok $] >
R< ok >			$: ok
R< $+ >			$#error $@ 5.7.1 $: "550 Rejected: " $&{client_addr} " listed at _RBL_"
')dnl
_IF_FEATURE_(`require_rdns', `
# Only clients whose name and address agree
R$*			$: $&{client_addr} $| $&{client_resolve}
R$=R $| $*		$@ RELAY
R$=R . $* $| $*		$@ RELAY
ifdef(`NO_NETINET6', `', `R$=R : $* $| $*		$@ RELAY
')dnl
R$* $| OK		$@ OK
R$* $| FAIL		$#error $@ 5.7.1 $: "550 Fix reverse DNS for " $1
R$* $| TEMP		$#error $@ 4.1.8 $: "451 Client IP address " $1 " does not resolve"
R$* $| FORGED		$#error $@ 4.1.8 $: "451 Possibly forged hostname for " $1
')dnl
_IF_FEATURE_(`rhsbl', `
# ListExempt: user @ domain to OK if lists of senders do not concern it
SListExempt
_IF_FEATURE_(`access_db', `R$+ @ $+		$: $>SearchList < + rhs > $| < F:$1@$2 > < D:$2 > < >
R< $={Accept} >		$@ OK
R< <TMPF> >		$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`RHS')
')R$*			$@ no
')dnl
