dnl  mail11: node::user over DECnet.
_DEFIFNOT(`MAIL11_MAILER_PATH', `/usr/etc/mail11')dnl
_DEFIFNOT(`MAIL11_MAILER_FLAGS', `nsFx')dnl
_DEFIFNOT(`MAIL11_MAILER_ARGS', `mail11 $g $x $h $u')dnl
define(`_USE_DECNET_SYNTAX_')dnl
_DEFIFNOT(`confLOCAL_MAILER', `local')dnl
PUSHDIVERT(6)dnl
CPDECNET
POPDIVERT
PUSHDIVERT(3)dnl
R$+ < @ $=w .DECNET . >	$# confLOCAL_MAILER $: $1			our own node
R$+ < @ $+ .DECNET . >	$# mail11 $@ $2 $: $1
POPDIVERT
# Rulesets of mail11: node::user is what final makes of user@node.DECNET
SMail11From
R$+			$@ $>Mail11To $1

SMail11To
R$+ < @ $=w . >		$@ $1					our own users bare
R$+ < @ $- .UUCP >	$@ $2 ! $1

Mmail11,	P=MAIL11_MAILER_PATH, F=_MODMF_(MAIL11_MAILER_FLAGS, `MAIL11'), S=Mail11From, R=Mail11To,
		T=DNS/X-DECnet/X-Unix,
		_QUEUE_GROUP_OF_(`MAIL11_MAILER_QGRP')A=MAIL11_MAILER_ARGS
