dnl  xagent: an agent of one's own.  Addresses are not rewritten: the rulesets
dnl  named here have no rules.
_DEFIFNOT(`XAGENT_MAILER_PATH', `/usr/lib/xagent')dnl
_DEFIFNOT(`XAGENT_MAILER_FLAGS', `DFMueXLn')dnl
_DEFIFNOT(`XAGENT_MAILER_ARGS', `xagent $h $u')dnl

Mxagent,	P=XAGENT_MAILER_PATH, F=_MODMF_(XAGENT_MAILER_FLAGS, `XAGENT'), S=11/31, R=21/31, E=\n,
		_OPTINS(`XAGENT_MAILER_MAX', `M=', `, ')T=DNS/RFC822/X-Unix,
		A=XAGENT_MAILER_ARGS
