
#####################################################################
# Limits for clients, the pause before the greeting
#####################################################################
_IF_FEATURE_(`ratecontrol', `
SRateControl
R$*			$: $>SearchList < ! ClientRate > $| < A : $&{client_addr} > < E : > < >
R< ? >			$@ OK
R< 0 >			$@ OK
R< <TMPF> >		$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`RC')
R< $+ >			$: < $(arith l $@ $1 $@ $&{client_rate} $) >
R< TRUE >		$#error $@ 4.3.2 $: "_ratecontrol_CODE_ Connection rate limit exceeded."
')dnl
_IF_FEATURE_(`conncontrol', `
SConnControl
R$*			$: $>SearchList < ! ClientConn > $| < A : $&{client_addr} > < E : > < >
R< ? >			$@ OK
R< 0 >			$@ OK
R< <TMPF> >		$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`CC')
R< $+ >			$: < $(arith l $@ $1 $@ $&{client_connections} $) >
R< TRUE >		$#error $@ 4.3.2 $: "_conncontrol_CODE_ Too many open connections."
')dnl
_IF_FEATURE_(`greet_pause', `
# greet_pause: client name $| client address to milliseconds
SLocal_greet_pause

Sgreet_pause
R$*			$: $1 $| $>Local_greet_pause $1
R$* $| $* $| $#$*	$#$3
R$* $| $* $| $*		$: $1 $| $2
ifdef(`_GREET_PAUSE_TABLE_', `R$+ $| $+		$: $>D < $1 > < ? > < ! GreetPause > < $2 >
R< ? > < $* >		$: $>A < $1 > < ? > < ! GreetPause > < $1 >
R< <TMPF> > < $* >	$@
ifelse(defn(`_GREET_PAUSE_'), `', `R< ? > < $* >		$@
', `R< ? > < $* >		$# _GREET_PAUSE_
')dnl
R< $+ > < $* >		$# $1
', `R$*			$# _GREET_PAUSE_
')dnl
')dnl
