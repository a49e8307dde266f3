dnl  pop: user@POP goes to MH's post office.
_DEFIFNOT(`POP_MAILER_PATH', `/usr/lib/mh/spop')dnl
_DEFIFNOT(`POP_MAILER_FLAGS', `Penu')dnl
_DEFIFNOT(`POP_MAILER_ARGS', `pop $u')dnl
PUSHDIVERT(6)dnl
CPPOP
POPDIVERT
Mpop,		P=POP_MAILER_PATH, F=_MODMF_(CONCAT(`lsDFMq', POP_MAILER_FLAGS), `POP'), S=EnvFromL, R=EnvToL/HdrToL,
		T=DNS/RFC822/X-Unix,
		_OPTINS(`POP_MAILER_QGRP', `Q=', `, ')A=POP_MAILER_ARGS
