
#####################################################################
# localaddr (5): a local name that no alias changed
#
# The host of the triple, $h, carries what stood behind the plus sign.
#####################################################################

# The site is asked first; $#ok leaves the name alone.
SLocal_localaddr

Slocaladdr=5
R$+			$: $1 $| $>Local_localaddr $1
R$+ $| $#ok		$@ $1
R$+ $| $#$*		$#$2
R$+ $| $*		$: $1
_UNLESS_FEATURE_(`preserve_local_plus_detail', `
# user+detail: the aliases are asked for user+*, then for user.
R$+ + *			$# confLOCAL_MAILER $@ $&h $: $1
R$+ + $*		$# confLOCAL_MAILER $@ + $2 $: $1 + *
')dnl

# < host > < user > from here on
R$+			$: < $&h > < $1 >
ifdef(`LUSER_RELAY', `
# Nobody by that name: all unknown users go to one place.
R< $* > < $+ >		$: < $1 > < $2 > < $2 >
_IF_FEATURE_(`preserve_local_plus_detail', `R< $* > < $+ > < $+ + $* >	$: < $1 > < $2 > < $3 >
')dnl
R< $* > < $+ > < $+ >	$: < $1 > < $2 > $(user $3 $: nobody < > < > $)
_UNLESS_FEATURE_(`preserve_local_plus_detail', `R< + $* > < $+ > nobody < > < >	$@ $>RelayLocal < $L > $2 + $1
')dnl
_IF_FEATURE_(`preserve_luser_host', `R< $+ > < $+ > nobody < > < >	$: < $1 > < $2 > nobody < $1 > < >
R< + $* > < $+ > nobody < $* > < >	$: < + $1 > < $2 > nobody < > < >
R< $* > < $+ > nobody < $+ > < >	$@ $>MailerToTriple < $L > $2 < @ $3 >
')dnl
R< $* > < $+ > nobody < > < >	$@ $>RelayLocal < $L > $2
R< $* > < $+ > $*	$: < $1 > < $2 >
')dnl
_UNLESS_FEATURE_(`preserve_local_plus_detail', `R< + $* > < $+ >	$: < + $1 > < $2 + $1 >
')dnl
ifdef(`MAIL_HUB', `R< $* > < $+ >		$: < $1 > $>RelayLocal < $H > $2
R< $* > $#$*		$#$2
R< $* > $+		$: < $1 > < $2 >
')dnl
ifdef(`LOCAL_RELAY', `R< $* > < $+ >		$: < $1 > $>RelayLocal < $R > $2
R< $* > $#$*		$#$2
R< $* > $+		$: < $1 > < $2 >
')dnl
_UNLESS_FEATURE_(`preserve_local_plus_detail', `R< + $* > < $+ + $* >	$# confLOCAL_MAILER $@ $1 $: @ $2
')dnl
R< $* > < $+ >		$@ $2

# RelayLocal: < [mailer:]host > user, sent there as user@host
SRelayLocal
R< > $+			$@ $1
R< local : $* > $+	$@ $>MailerToTriple < local : $1 > $2
R< $- : $+ @ $+ > $+	$@ $>MailerToTriple < $1 : $2 @ $3 > $4 < @ $3 >
R< $- : $+ > $+		$@ $>MailerToTriple < $1 : $2 > $3 < @ $2 >
R< $+ > $+		$@ $>MailerToTriple < $1 > $2 < @ $1 >
