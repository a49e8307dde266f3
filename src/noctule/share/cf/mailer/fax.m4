dnl  fax: user@NUMBER.FAX is sent by a program.  Addresses are not rewritten: the
dnl  rulesets named here have no rules.
_DEFIFNOT(`FAX_MAILER_PATH', `/usr/bin/faxmail')dnl
_DEFIFNOT(`FAX_MAILER_ARGS', `faxmail -d $u@$h $f')dnl
_DEFIFNOT(`FAX_MAILER_MAX', `100000')dnl
PUSHDIVERT(6)dnl
CPFAX
POPDIVERT
Mfax,		P=FAX_MAILER_PATH, F=DFMhu, S=14, R=24,
		M=FAX_MAILER_MAX, T=X-Phone/X-FAX/X-Unix,
		_QUEUE_GROUP_OF_(`FAX_MAILER_QGRP')A=FAX_MAILER_ARGS
S14
S24
