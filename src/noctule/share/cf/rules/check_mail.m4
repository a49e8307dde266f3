
#####################################################################
# check_mail: the sender as typed
#####################################################################

SLocal_check_mail

S`'_CHECK_(`mail')
R$*			$: $1 $| $>Local_check_mail $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_mail $1

SBasic_check_mail
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
R$*			$: $1 $| $>tls_client $&{verify} $| MAIL
R$* $| $#$*		$#$2
R$* $| $*		$: $1
R<>			$@ < OK >			the null sender
_UNLESS_FEATURE_(`accept_unqualified_senders', `R$+			$: $1 $| $>QualifiedSender $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl

# < does the domain exist? > user < @ domain >
R$*			$: < ? > $>CanonAddr $1
R< ? > $* < @ $+ . >	$: < ? > $1 < @ $2 >
R< ? > < @ >		$: < ? > < >
R< ? > $* < @ $* $=P >	$: < OKR > $1 < @ $2 $3 >
R< ? > $* < @ $j >	$: < OKR > $1 < @ $j >
_IF_FEATURE_(`accept_unresolvable_domains', `R< ? > $* < @ $+ >	$: < OKR > $1 < @ $2 >
', `R< ? > $* < @ $+ >	$: < ? $(resolve $2 $: $2 <PERM> $) > $1 < @ $2 >
R< ? $* < $- > > $* < @ $+ >	$: < $2 > $3 < @ $4 >
')dnl
_IF_FEATURE_(`access_db', `
# What the table says replaces what DNS says.
R< ? > $+		$: < ? > < $1 > $| $>SearchList < + From > $| < U:$1@ > < >
R< $+ > $* < @ $+ >	$: < $1 > < $2 @ $3 > $| $>SearchList < + From > $| < F:$2@$3 > < U:$2@ > < D:$3 > < >
R< $+ > < $* > $| < ? >	$: < $1 > $2
R< $+ > < $* > $| < $={Accept} >	$# $3
R< $+ > < $* > $| $*	$@ $>AccessVerdict $3
')dnl
_IF_FEATURE_(`accept_unqualified_senders', `R< ? > $*		$@ OK
', `R< ? > $*		$: < ? > < $&{client_addr} > < $&{daemon_flags} >
R< ? > < > $*		$@ OK				not from the network
R< ? > < $* > < $* u $* >	$@ OK
R< ? > < $* > < $* >	$#error $@ 5.5.4 $: "553 Domain name required for sender address " $&f
')dnl
_IF_FEATURE_(`badmx', `R< $={ResOk} > $*	$: < $1 > $2 $| $>BadMX $2
R< $={ResOk} > $* $| $#$*	$#$3
')dnl
R< $={ResOk} > $*	$@ OK
R< TEMP > $*		$#error $@ 4.1.8 $: "451 Domain of sender address " $&f " does not resolve"
R< PERM > $*		$#error $@ 5.1.8 $: "553 Domain of sender address " $&f " does not exist"
R< $* > $#$*		$#$2
_UNLESS_FEATURE_(`accept_unqualified_senders', `
# QualifiedSender: a name that only we understand is for ourselves
SQualifiedSender
R< $+ >			$: $1
R$*			$: < $&{daemon_flags} > $1
R< $* f $* > $* @ $-	$: !
R< $* u $* > $*		$@ ok
R< $* > $* @ localhost	$: !
R< $* > $* @ localhost . $m	$: !
R< $* > $* @ localhost .UUCP	$: !
R< $* > $* @ [ 127.0.0.1 ]	$: !
R< $* > $* @ [ IPv6:0:0:0:0:0:0:0:1 ]	$: !
R< $* > $* @ [ IPv6:::1 ]	$: !
R!			$: ! $&{client_name}
R!			$@ ok				not from the network
R! $=w			$@ ok
R! $*			$#error $@ 5.5.4 $: "553 Real domain name required for sender address"
')dnl
_IF_FEATURE_(`badmx', `
# BadMX: domain, focused or not; may the hosts be true that take its mail?
SBadMX
R$* < @ $* > $*		$: $2
R$* @ $*		$: $2
R$+			$: < $(mxlist $1 $: $1 $) > $1
R< $* <TEMP> > $*	$#error $@ 4.1.2 $: "450 MX lookup failure for " $2
R< $* > $+		$@ $>BadMXHosts < $1 : > $2

# BadMXHosts: < host : host : > domain
SBadMXHosts
R< > $+			$@ ok
R< : $* > $+		< $1 > $2
R< $+ : $* > $+		$: < $(badmx $1 $: $1 $) > < $2 > $3
R< $* <BADMX> > < $* > $+	$#error $@ 5.1.2 $: "550 Illegal MX record for host " $3
R< $+ > < $* > $+	$: < $(dnsA $1 $: ? $) > < $2 > $3
R< $+ > < $* > $+	$: < $(BadMXIP $1 $: ? $) > < $2 > $3
R< $* <BADMXIP> > < $* > $+	$#error $@ 5.1.2 $: "550 Invalid MX record for host " $3
R< $* > < $* > $+	$@ $>BadMXHosts < $2 > $3
')dnl
