dnl  procmail: a recipe file delivers.  In mailertable the file is the host:
dnl
dnl      some.example	procmail:/etc/procmailrcs/some
dnl
dnl  Rewriting is that of the network, so MAILER(`smtp') is needed as well.
_DEFIFNOT(`PROCMAIL_MAILER_PATH', ifdef(`PROCMAIL_PATH', `PROCMAIL_PATH', `/usr/local/bin/procmail'))dnl
_DEFIFNOT(`PROCMAIL_MAILER_FLAGS', `SPhnu9')dnl
_DEFIFNOT(`PROCMAIL_MAILER_ARGS', `procmail -Y -m $h $f $u')dnl

Mprocmail,	P=PROCMAIL_MAILER_PATH, F=_MODMF_(CONCAT(`DFM', PROCMAIL_MAILER_FLAGS), `PROCMAIL'), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP/HdrFromSMTP,
		_OPTINS(`PROCMAIL_MAILER_MAX', `M=', `, ')T=DNS/RFC822/X-Unix,
		_QUEUE_GROUP_OF_(`PROCMAIL_MAILER_QGRP')A=PROCMAIL_MAILER_ARGS
