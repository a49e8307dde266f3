dnl  Relaying is allowed for senders in the access table.
dnl
dnl  FEATURE(`relay_mail_from'[, `domain'])
_NEEDS_ACCESS_DB_(`relay_mail_from', `*** ERROR: FEATURE(`relay_mail_from') requires FEATURE(`access_db')')
_COMPLAIN_(`*** WARNING: FEATURE(`relay_mail_from') may cause your system to act as open
	relay.  Use SMTP AUTH or STARTTLS instead.')
ifelse(defn(`_ARG_'), `', `', `define(`_RELAY_MAIL_DOMAIN_')')
