dnl  local and prog: delivery on this host.  Every file has them.
_DEFIFNOT(`LOCAL_MAILER_PATH', `/bin/mail')dnl
_DEFIFNOT(`LOCAL_MAILER_FLAGS', `Prmn9')dnl
_DEFIFNOT(`LOCAL_MAILER_ARGS', `mail -d $u')dnl
_DEFIFNOT(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `X-Unix')dnl
_DEFIFNOT(`LOCAL_SHELL_PATH', `/bin/sh')dnl
_DEFIFNOT(`LOCAL_SHELL_FLAGS', `eu9')dnl
_DEFIFNOT(`LOCAL_SHELL_ARGS', `sh -c $u')dnl
_DEFIFNOT(`LOCAL_SHELL_DIR', `$z:/')dnl
_UNLESS_FEATURE_(`local_lmtp', `define(`LOCAL_RWR', `S=EnvFromL/HdrFromL, R=EnvToL/HdrToL')')dnl	a site may not name others

# Rulesets of the mailers for local delivery

SAddDomain
_IF_FEATURE_(`always_add_domain', `R$* < @ $* > $*	$@ $1 < @ $2 > $3
R$+			$@ $1 < @ _LOCAL_ADDED_DOMAIN_ >
')dnl

# envelope sender
SEnvFromL
R< @ >			$n
R@ < @ $* >		$n
R$+			$: $>AddDomain $1
_UNLESS_FEATURE_(`local_no_masquerade', `R$*			$: $>MasqEnv $1
')dnl

# envelope recipient: the user alone
SEnvToL
R$+ < @ $* >		$: $1
ifdef(`confUSERDB_SPEC', `', `R$+ + $*		$: < $&{addr_type} > $1 + $2
R< e s > $+ + $*	$: $1
R< $* > $+		$: $2
')dnl

# header sender
SHdrFromL
R< @ >			$n
R@ < @ $* >		$n
R$+			$: $>AddDomain $1
_UNLESS_FEATURE_(`local_no_masquerade', `R$*			$: $>MasqHdr $1
')dnl

# header recipient
SHdrToL
R$+			$: $>AddDomain $1
_IF_FEATURE_(`allmasquerade', `_UNLESS_FEATURE_(`local_no_masquerade', `R$*			$: $>MasqHdr $1
')')dnl
R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2

Mlocal,		P=LOCAL_MAILER_PATH, F=_MODMF_(CONCAT(_DEF_LOCAL_MAILER_FLAGS, LOCAL_MAILER_FLAGS), `LOCAL'), LOCAL_RWR,
		_OPTINS(`LOCAL_MAILER_EOL', `E=', `, ')_OPTINS(`LOCAL_MAILER_MAX', `M=', `, ')_OPTINS(`LOCAL_MAILER_MAXMSGS', `m=', `, ')_OPTINS(`LOCAL_MAILER_MAXRCPTS', `r=', `, ')_OPTINS(`LOCAL_MAILER_CHARSET', `C=', `, ')T=DNS/RFC822/LOCAL_MAILER_DSN_DIAGNOSTIC_CODE,
		_QUEUE_GROUP_OF_(`LOCAL_MAILER_QGRP')A=LOCAL_MAILER_ARGS
Mprog,		P=LOCAL_SHELL_PATH, F=_MODMF_(CONCAT(_DEF_LOCAL_SHELL_FLAGS, LOCAL_SHELL_FLAGS), `SHELL'), S=EnvFromL/HdrFromL, R=EnvToL/HdrToL, D=LOCAL_SHELL_DIR,
		_OPTINS(`LOCAL_MAILER_MAX', `M=', `, ')T=X-Unix/X-Unix/X-Unix, _QUEUE_GROUP_OF_(`LOCAL_PROG_QGRP')
		A=LOCAL_SHELL_ARGS
