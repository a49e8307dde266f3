dnl  The mailers for UUCP.
dnl
dnl    uucp-old (uucp), uucp-new (suucp)   bang paths; one or many users a call
dnl    uucp-dom, uucp-uudom                domain addresses; only after smtp
_DEFIFNOT(`UUCP_MAILER_PATH', `/usr/bin/uux')dnl
_DEFIFNOT(`UUCP_MAILER_FLAGS', `')dnl
_DEFIFNOT(`UUCP_MAILER_ARGS', `uux - -r -a$g -gC $h!rmail ($u)')dnl
_DEFIFNOT(`UUCP_MAILER_MAX', ifdef(`UUCP_MAX_SIZE', `defn(`UUCP_MAX_SIZE')', `100000'))dnl
ifdef(`_MAILER_smtp_', `', `_COMPLAIN_(`*** MAILER(`smtp') must appear before MAILER(`uucp')
	if uucp-dom should be included.')')dnl
dnl
dnl  _UUCP_MAILER_(name, flags, rulesets)
define(`_UUCP_MAILER_', `M$1,	P=UUCP_MAILER_PATH, F=_MODMF_(CONCAT(`$2', UUCP_MAILER_FLAGS), `UUCP'), $3,
		M=UUCP_MAILER_MAX, _OPTINS(`UUCP_MAILER_CHARSET', `C=', `, ')T=X-UUCP/X-UUCP/X-Unix,
		_QUEUE_GROUP_OF_(`UUCP_MAILER_QGRP')A=UUCP_MAILER_ARGS
')dnl
dnl
dnl  Neighbours that were declared in classes.
PUSHDIVERT(4)dnl
R$* < @ $=Z .UUCP . > $*	$# uucp-uudom $@ $2 $: $1 < @ $2 .UUCP . > $3
R$* < @ $=Y .UUCP . > $*	$# uucp-new $@ $2 $: $1 < @ $2 .UUCP . > $3
R$* < @ $=U .UUCP . > $*	$# uucp-old $@ $2 $: $1 < @ $2 .UUCP . > $3
POPDIVERT
# Rulesets of the mailers for UUCP

# sender: a path that starts here
SFromU
R< @ >			$: $n
R$+			$@ $>PathFromHere $1

# PathFromHere: a path that starts with our UUCP name, or with the next hop
SPathFromHere
R$+			$: $>UucpPath $1
R$@			$@
R$=w ! $+		$: $2				we are put in front below
R$k ! $+		$: $1
R$&h ! $+ ! $+		$@ $1 ! $2			the next hop knows the way
R$&h ! $+		$@ $&h ! $1
R$+			$@ $>UucpSelf $1

# envelope recipient: a path as the next hop sees it
SEnvToU
R$+			$@ $>UucpPath $1

# header recipient
SHdrToU
R$+			$@ $>PathFromHere $1

# UucpPath: a focused address as a path
SUucpPath
R: ; < @ >		$@				a list without members
R$* < @ *LOCAL* > $*	$: $1 $2
R$* < @ $=w . > $*	$: $1 $3
R$* < @ $* . >		$1 < @ $2 >
R$+ < @ $- .UUCP >	$: $2 ! $1
R$+ < @ $+ >		$: $2 ! $1

# UucpSelf: our own UUCP name in front
SUucpSelf
R$+			$: < $&U > $1
R< > $+			$: < $k > $1
R< $+ > $+		$: $1 ! $2

_UUCP_MAILER_(`uucp', `DFMhuUd', `S=FromU, R=EnvToU/HdrToU')_UUCP_MAILER_(`uucp-old', `DFMhuUd', `S=FromU, R=EnvToU/HdrToU')_UUCP_MAILER_(`suucp', `mDFMhuUd', `S=FromU, R=EnvToU/HdrToU')_UUCP_MAILER_(`uucp-new', `mDFMhuUd', `S=FromU, R=EnvToU/HdrToU')dnl
ifdef(`_MAILER_smtp_', `
# envelope sender of uucp-dom: as for the network, but nobody is nobody
SEnvFromUD
R< @ >			$n
R$+			$@ $>EnvFromSMTP $1

# envelope sender of uucp-uudom: domain!user
SEnvFromUUD
R< @ >			$: $n
R$+			$: $>EnvFromSMTP $1
R$* < @ $* . >		$: $1 < @ $2 >
R$* < @ *LOCAL* >	$: $1 < @ $j >
R$+ < @ $- .UUCP >	$: $2 ! $1
R$+ < @ $+ >		$: $2 ! $1

_UUCP_MAILER_(`uucp-dom', `mDFMhud', `S=EnvFromUD/HdrFromSMTP, R=EnvToSMTP`'_IF_FEATURE_(`allmasquerade', `/HdrFromSMTP')')_UUCP_MAILER_(`uucp-uudom', `mDFMhud', `S=EnvFromUUD/HdrFromSMTP, R=EnvToSMTP`'_IF_FEATURE_(`allmasquerade', `/HdrFromSMTP')')')dnl
