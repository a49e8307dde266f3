dnl  smtp, esmtp, smtp8, dsmtp and relay: delivery over the network.
dnl
dnl  _SMTP_MAILER_(name, letter flags, NAME of defines, column)
_DEFIFNOT(`SMTP_MAILER_FLAGS', `')dnl
_DEFIFNOT(`RELAY_MAILER_FLAGS', defn(`SMTP_MAILER_FLAGS'))dnl
_DEFIFNOT(`SMTP_MAILER_ARGS', `TCP $h')dnl
_DEFIFNOT(`ESMTP_MAILER_ARGS', `TCP $h')dnl
_DEFIFNOT(`SMTP8_MAILER_ARGS', `TCP $h')dnl
_DEFIFNOT(`DSMTP_MAILER_ARGS', `TCP $h')dnl
_DEFIFNOT(`RELAY_MAILER_ARGS', `TCP $h')dnl
_DEFIFNOT(`SMTP_MAILER_LL', `990')dnl
_DEFIFNOT(`RELAY_MAILER_LL', `2040')dnl
define(`_SMTP_MAILER_', `M$1,		P=[IPC], F=_MODMF_(CONCAT(_DEF_SMTP_MAILER_FLAGS, `$2', SMTP_MAILER_FLAGS), `$3'), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP`'_IF_FEATURE_(`allmasquerade', `/HdrFromSMTP'), E=\r\n, L=SMTP_MAILER_LL,
		_OPTINS(`SMTP_MAILER_MAX', `M=', `, ')_OPTINS(`SMTP_MAILER_MAXMSGS', `m=', `, ')_OPTINS(`SMTP_MAILER_MAXRCPTS', `r=', `, ')_OPTINS(`SMTP_MAILER_CHARSET', `C=', `, ')T=DNS/RFC822/SMTP,
		_QUEUE_GROUP_OF_(`$3_MAILER_QGRP')A=$3_MAILER_ARGS
')dnl

# Rulesets of the mailers for the network

# MasqSMTP: qualify
SMasqSMTP
R$* < @ $* > $*		$@ $1 < @ $2 > $3
R$+			$@ $1 < @ *LOCAL* >

# PseudoToReal: what the outside cannot route goes through us or the relay
SPseudoToReal
ifdef(`BITNET_RELAY', `R$* < @ $+ .BITNET . > $*	$: $1 % $2 .BITNET < @ @ $B > $3
')dnl
_UNLESS_FEATURE_(`nouucp', `R$- ! $+ < @ $&h .UUCP . >	$@ $2 < @ $1 .UUCP . >		the next hop need not be told itself
R$- . $+ ! $+ < @ $&h .UUCP . >	$@ $3 < @ $1 . $2 >
R$+ < @ $&h .UUCP . >	$@ $1 < @ $&h .UUCP . >
R$+ < @ $+ .UUCP . >	$: $2 ! $1 < @ ifdef(`UUCP_RELAY', `@ $Y', `*LOCAL*') >
')dnl
R$* < @ @ $- : $+ > $*	$: $1 < @ $3 > $4		the relay without its mailer
R$* < @ @ $+ > $*	$: $1 < @ $2 > $3

# envelope sender
SEnvFromSMTP
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqEnv $1

# envelope recipient
SEnvToSMTP
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2

# header sender
SHdrFromSMTP
R< @ $* > $*		$@ < @ $1 > $2
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqHdr $1

# MasqRelay: header recipients at a relay
SMasqRelay
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqHdr $1

_SMTP_MAILER_(`smtp', `', `SMTP')_SMTP_MAILER_(`esmtp', `a', `ESMTP')_SMTP_MAILER_(`smtp8', `8', `SMTP8')_SMTP_MAILER_(`dsmtp', `a%', `DSMTP')dnl
Mrelay,		P=[IPC], F=_MODMF_(CONCAT(_DEF_SMTP_MAILER_FLAGS, `a8', RELAY_MAILER_FLAGS), `RELAY'), S=EnvFromSMTP/HdrFromSMTP, R=MasqSMTP`'_IF_FEATURE_(`allmasquerade', `/MasqRelay'), E=\r\n, L=RELAY_MAILER_LL,
		_OPTINS(`RELAY_MAILER_MAXMSGS', `m=', `, ')_OPTINS(`SMTP_MAILER_MAXRCPTS', `r=', `, ')_OPTINS(`RELAY_MAILER_CHARSET', `C=', `, ')T=DNS/RFC822/SMTP,
		_QUEUE_GROUP_OF_(`RELAY_MAILER_QGRP')A=RELAY_MAILER_ARGS
