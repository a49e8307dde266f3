dnl  cyrusv2: Cyrus IMAP, or any other message store, by LMTP.
dnl
dnl      define(`CYRUSV2_MAILER_ARGS', `FILE /run/cyrus/socket/lmtp')   a socket
dnl      define(`CYRUSV2_MAILER_ARGS', `TCP imap.example.org 24')       a host
dnl
dnl  Senders are rewritten as for the network, so MAILER(`smtp') is needed too.
_DEFIFNOT(`CYRUSV2_MAILER_FLAGS', `A@/:|m')dnl
_DEFIFNOT(`CYRUSV2_MAILER_ARGS', `FILE /var/run/cyrus/socket/lmtp')dnl

Mcyrusv2,	P=[IPC], F=_MODMF_(CONCAT(_DEF_CYRUSV2_MAILER_FLAGS, CYRUSV2_MAILER_FLAGS), `CYRUSV2'), S=EnvFromSMTP/HdrFromL, R=EnvToL/HdrToL, E=\r\n,
		_OPTINS(`CYRUSV2_MAILER_MAXMSGS', `m=', `, ')_OPTINS(`CYRUSV2_MAILER_MAXRCPTS', `r=', `, ')_OPTINS(`CYRUSV2_MAILER_CHARSET', `C=', `, ')T=DNS/RFC822/SMTP,
		_QUEUE_GROUP_OF_(`CYRUSV2_MAILER_QGRP')A=CYRUSV2_MAILER_ARGS
