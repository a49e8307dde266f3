dnl  cyrus and cyrusbb: Cyrus IMAP by its deliver program; bb: bulletin boards.
dnl  cyrusv2, by LMTP, is the way to do it today.
_DEFIFNOT(`CYRUS_MAILER_PATH', `/usr/sbin/cyrdeliver')dnl
_DEFIFNOT(`CYRUS_MAILER_FLAGS', `Ah5@/:|')dnl
_DEFIFNOT(`CYRUS_MAILER_ARGS', `cyrdeliver -e -m $h -- $u')dnl
_DEFIFNOT(`CYRUS_MAILER_USER', `cyrus:mail')dnl
_DEFIFNOT(`CYRUS_BB_MAILER_FLAGS', `u')dnl
_DEFIFNOT(`CYRUS_BB_MAILER_ARGS', `cyrdeliver -e -m $u')dnl

Mcyrus,		P=CYRUS_MAILER_PATH, F=_MODMF_(CONCAT(`lsDFMnPq', CYRUS_MAILER_FLAGS), `CYRUS'), S=EnvFromL, R=EnvToL/HdrToL,
		_OPTINS(`CYRUS_MAILER_MAX', `M=', `, ')U=CYRUS_MAILER_USER, T=DNS/RFC822/X-Unix,
		_QUEUE_GROUP_OF_(`CYRUS_MAILER_QGRP')A=CYRUS_MAILER_ARGS

Mcyrusbb,	P=CYRUS_MAILER_PATH, F=_MODMF_(CONCAT(`lsDFMnP', CYRUS_BB_MAILER_FLAGS), `CYRUS'), S=EnvFromL, R=EnvToL/HdrToL,
		_OPTINS(`CYRUS_MAILER_MAX', `M=', `, ')U=CYRUS_MAILER_USER, T=DNS/RFC822/X-Unix,
		_QUEUE_GROUP_OF_(`CYRUS_MAILER_QGRP')A=CYRUS_BB_MAILER_ARGS
