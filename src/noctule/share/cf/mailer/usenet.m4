dnl  usenet: mail to GROUP.USENET is posted.  " $u" ends the arguments always.
_DEFIFNOT(`USENET_MAILER_PATH', `/usr/lib/news/inews')dnl
_DEFIFNOT(`USENET_MAILER_FLAGS', `rsDFMmn')dnl
_DEFIFNOT(`USENET_MAILER_ARGS', `inews -m -h -n')dnl

Musenet,	P=USENET_MAILER_PATH, F=_MODMF_(USENET_MAILER_FLAGS, `USENET'), S=EnvFromL, R=EnvToL,
		_OPTINS(`USENET_MAILER_MAX', `M=', `, ')T=X-Usenet/X-Usenet/X-Unix,
		_QUEUE_GROUP_OF_(`USENET_MAILER_QGRP')A=USENET_MAILER_ARGS $u
