dnl  The submission program: it hands over what users send and delivers nothing.
dnl
dnl  FEATURE(`msp'[, host][, `MSA'])   host: [localhost]; MSA: to port 587
define(`_MTA_HOST_', ifelse(defn(`_ARG_'), `', ``[localhost]'', `defn(`_ARG_')'))
ifelse(defn(`_ARG2_'), `MSA', `define(`RELAY_MAILER_ARGS', `TCP $h 587')')
undefine(`ALIAS_FILE')
define(`confDELIVERY_MODE', `i')
define(`confUSE_MSP', `True')
define(`confFORWARD_PATH', `')
define(`confPRIVACY_FLAGS', `goaway,noetrn,restrictqrun')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confQUEUE_FILE_MODE', `0660')
_DEFIFNOT(`MSP_QUEUE_DIR', `/var/spool/clientmqueue')
define(`QUEUE_DIR', defn(`MSP_QUEUE_DIR'))
_DEFIFNOT(`confRUN_AS_USER', `smmsp')
_DEFIFNOT(`confTRUSTED_USER', ifelse(index(confRUN_AS_USER, `:'), `-1', `confRUN_AS_USER', `substr(confRUN_AS_USER, 0, index(confRUN_AS_USER, `:'))'))
_DEFIFNOT(`confPID_FILE', `QUEUE_DIR`'/sm-client.pid')
ifdef(`STATUS_FILE', `ifelse(index(STATUS_FILE, `sendmail.st'), `-1', `',
	`define(`STATUS_FILE', substr(STATUS_FILE, 0, index(STATUS_FILE, `sendmail.st'))`sm-client.st')')',
	`define(`STATUS_FILE', `QUEUE_DIR`'/sm-client.st')')
dnl  A program must not listen where the daemon does.
FEATURE(`no_default_msa')
ifdef(`_LISTENERS_', `', `DAEMON_OPTIONS(`Name=NoMTA, Addr=127.0.0.1, M=E')')
dnl  No mailer delivers: all of them are the network, and ruleset 5 sees everybody.
define(`_DEF_LOCAL_MAILER_FLAGS', `')
define(`_DEF_LOCAL_SHELL_FLAGS', `')
define(`LOCAL_MAILER_PATH', `[IPC]')
define(`LOCAL_MAILER_FLAGS', `lmDFMuXkw5')
define(`LOCAL_MAILER_ARGS', `TCP $h')
define(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `SMTP')
define(`LOCAL_SHELL_PATH', `[IPC]')
define(`LOCAL_SHELL_FLAGS', `lmDFMuXk5')
define(`LOCAL_SHELL_ARGS', `TCP $h')
MODIFY_MAILER_FLAGS(`SMTP', `+k5')
MODIFY_MAILER_FLAGS(`ESMTP', `+k5')
MODIFY_MAILER_FLAGS(`DSMTP', `+k5')
MODIFY_MAILER_FLAGS(`SMTP8', `+k5')
MODIFY_MAILER_FLAGS(`RELAY', `+k')
MAILER(`local')
MAILER(`smtp')

LOCAL_CONFIG
D{MTAHost}_MTA_HOST_

LOCAL_RULESETS
SLocal_localaddr
R$+			$: $>ParseRecipient $1
R$* < @ $+ > $*		$# relay $@ ${MTAHost} $: $1 < @ $2 > $3
ifdef(`_USE_DECNET_SYNTAX_', `R$+ : : $+		$# relay $@ ${MTAHost} $: $1 : : $2
')dnl
R$*			$# relay $@ ${MTAHost} $: $1 < @ ifdef(`MASQUERADE_NAME', `_IF_FEATURE_(`masquerade_envelope', `$M', `$j')', `$j') >
