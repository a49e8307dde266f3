dnl  ssh: SMTP through a command on the next host.
dnl
dnl  SSH_MAILER_USER (who runs ssh here) and SSH_MAILER_DIR must be defined.
ifdef(`SSH_MAILER_USER', `', `_COMPLAIN_(`*** MAILER(ssh) needs SSH_MAILER_USER')')dnl
ifdef(`SSH_MAILER_DIR', `', `_COMPLAIN_(`*** MAILER(ssh) needs SSH_MAILER_DIR')')dnl
_DEFIFNOT(`SSH_MAILER_PATH', `/usr/bin/ssh')dnl
_DEFIFNOT(`SSH_MAILER_FLAGS', `')dnl
_DEFIFNOT(`SSH_MAILER_ARGS', `ssh -o BatchMode=yes -o EscapeChar=none -- $h /usr/sbin/sendmail -bs')dnl

Mssh,		P=SSH_MAILER_PATH, F=_MODMF_(CONCAT(`mDFMuX', SSH_MAILER_FLAGS), `SSH'), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP, E=\r\n, L=990,
		U=SSH_MAILER_USER, D=SSH_MAILER_DIR, T=DNS/RFC822/SMTP,
		A=SSH_MAILER_ARGS
