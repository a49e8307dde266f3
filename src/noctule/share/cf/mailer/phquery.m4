dnl  ph: the query program of the CCSO name server redirects.
_DEFIFNOT(`PH_MAILER_PATH', `/usr/local/etc/phquery')dnl
_DEFIFNOT(`PH_MAILER_FLAGS', `ehmu')dnl
_DEFIFNOT(`PH_MAILER_ARGS', `phquery -- $u')dnl

Mph,		P=PH_MAILER_PATH, F=_MODMF_(CONCAT(`nrDFM', PH_MAILER_FLAGS), `PH'), S=EnvFromL, R=EnvToL/HdrToL,
		T=DNS/RFC822/X-Unix,
		_QUEUE_GROUP_OF_(`PH_MAILER_QGRP')A=PH_MAILER_ARGS
