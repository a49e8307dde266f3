_IF_FEATURE_(`delay_checks', `
#####################################################################
# delay_checks: the checks of sender and connection wait for a recipient
#####################################################################

Scheck_mail
R$*			$@ ok

Scheck_relay
ifdef(`_ratecontrol_NODELAY_', `R$*			$: $1 $| $>RateControl $1
R$* $| $#$*		$#$2
R$* $| ok		$: $1
')dnl
ifdef(`_conncontrol_NODELAY_', `R$*			$: $1 $| $>ConnControl $1
R$* $| $#$*		$#$2
')dnl
R$*			$@ ok

Scheck_rcpt
R$*			$: $1 $| $>checkrcpt $1
R$* $| $#error $*	$#error $2
R$* $| $#discard $*	$#discard $2
R$* $| $#$*		$@ $>TrustedClient $1		a hook, a login, a certificate
R$* $| $*		$: $1
ifdef(`_SPAM_FRIEND_', `R$*			$: $1 $| $>SpamEntry $1
R$* $| < FRIEND >	$@ $>TrustedClient $1
R$* $| $*		$: $1
')dnl
ifdef(`_SPAM_HATER_', `R$*			$: $1 $| $>SpamEntry $1
R$* $| < HATER >	$: $1
R$* $| $*		$@ $>TrustedClient $1
')dnl
R$*			$: $1 $| $>checkmail ifdef(`_FFR_MAIL_MACRO', `$&{mail_from}', `< $&f >')
R$* $| $#$*		$#$2
R$* $| $*		$: $1 $| $>checkrelay $&{client_name} $| $&{client_addr}
R$* $| $#$*		$#$2
R$* $| $*		$: $1
_IF_FEATURE_(`block_bad_helo', `R$*			$: $1 $| $>BadHelo
R$* $| $#$*		$#$2
')dnl
R$*			$@ ok

# TrustedClient: nothing but the requirements of TLS is left to check
STrustedClient
R$*			$: $1 $| $>tls_client $&{verify} $| MAIL
R$* $| $#$*		$#$2
R$*			$@ ok
ifelse(ifdef(`_SPAM_FRIEND_', `x')`'ifdef(`_SPAM_HATER_', `x'), `', `', `
# SpamEntry: what the access table holds for the recipient
SSpamEntry
_IF_FEATURE_(`access_db', `R$*			$: $>CanonAddr $1
R$* < @ $+ . >		$: $1 < @ $2 >
R$* < @ $* > $*		$: < ? > $1 < @ $2 >
R< ? > $* < @ $=w >	$@ $>SearchList < ! Spam > $| < F:$1@$2 > < D:$2 > < U:$1@ > < >
R< ? > $* < @ $+ >	$@ $>SearchList < ! Spam > $| < F:$1@$2 > < D:$2 > < >
R$+			$@ $>SearchList < ! Spam > $| < F:$1@$j > < D:$j > < U:$1@ > < >
', `R$*			$@ < ? >
')dnl
')dnl
')dnl
_IF_FEATURE_(`block_bad_helo', `
# BadHelo: a greeting that is no name, or ours
SBadHelo
R$*			$: < $&{auth_authen} > $&s
R< $+ > $*		$@ ok
R< > $*			$: < $&{client_addr} > $1
R< $=R > $*		$@ ok
R< $=R . $* > $*	$@ ok
R< 0 > $*		$@ ok
R< $* > $*		$: $2
R$@			$@ ok
R[ $=w ]		$: < >
R$=w			$: < >
R$+ . $+		$@ ok
R$*			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
')dnl
