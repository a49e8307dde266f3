dnl  qpage: alphanumeric pagers.  Addresses are not rewritten.
_DEFIFNOT(`QPAGE_MAILER_PATH', `/usr/local/bin/qpage')dnl
_DEFIFNOT(`QPAGE_MAILER_FLAGS', `mDFMs')dnl
_DEFIFNOT(`QPAGE_MAILER_ARGS', `qpage -l0 -m -P$u')dnl
_DEFIFNOT(`QPAGE_MAILER_MAX', `4096')dnl

Mqpage,		P=QPAGE_MAILER_PATH, F=_MODMF_(QPAGE_MAILER_FLAGS, `QPAGE'), M=QPAGE_MAILER_MAX,
		T=DNS/RFC822/X-Unix,
		_QUEUE_GROUP_OF_(`QPAGE_MAILER_QGRP')A=QPAGE_MAILER_ARGS
