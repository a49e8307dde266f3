dnl  What holds when a site says nothing.  The options have a table of their own;
dnl  its rows become defines here and lines in m4/options.m4.
dnl
define(`CF_LEVEL', `10')
_DEFIFNOT(`VENDOR_NAME', `Berkeley')
_DEFIFNOT(`MAIL_SETTINGS_DIR', `/etc/mail/')
_DEFIFNOT(`DATABASE_MAP_TYPE', `hash')
dnl
define(`_DEFAULT_', `_DEFIFNOT(`$2', `$3')')
define(`_OFFERED_')
define(`_ALWAYS_')
define(`_HERE_')
include(_CF_DIR_`m4/option_table.m4')
dnl
dnl  Files behind classes w, t and R.
_DEFIFNOT(`confCW_FILE', `MAIL_SETTINGS_DIR`'local-host-names')
_DEFIFNOT(`confCT_FILE', `MAIL_SETTINGS_DIR`'trusted-users')
_DEFIFNOT(`confCR_FILE', `-o MAIL_SETTINGS_DIR`'relay-domains')
dnl
dnl  Names of mailers, of programs, of ourselves.
_DEFIFNOT(`confMAILER_NAME', ``MAILER-DAEMON'')
_DEFIFNOT(`confLOCAL_MAILER', `local')
_DEFIFNOT(`confSMTP_MAILER', `esmtp')
_DEFIFNOT(`confUUCP_MAILER', `uucp-old')
_DEFIFNOT(`confEBINDIR', `/usr/libexec')
_DEFIFNOT(`confTIME_ZONE', `USE_SYSTEM')
dnl
dnl  Header templates.  The parts of Received: may be replaced one by one.
_DEFIFNOT(`confFROM_HEADER', `$?x$x <$g>$|$g$.')
_DEFIFNOT(`confMESSAGEID_HEADER', `<$t.$i@$j>')
_DEFIFNOT(`_REC_HDR_', `$?sfrom $s $.$?_($?s$|from $.$_)')
_DEFIFNOT(`_REC_AUTH_', `$.$?{auth_type}(authenticated')
_DEFIFNOT(`_REC_FULL_AUTH_', `$.$?{auth_type}(user=${auth_authen} $?{auth_author}author=${auth_author} $.mech=${auth_type}')
_DEFIFNOT(`_REC_BY_', `$.by $j ($v/$Z)$?r with $r$. id $i$?{tls_version}')
_DEFIFNOT(`_REC_TLS_', `(version=${tls_version} cipher=${cipher} bits=${cipher_bits} verify=${verify})$.$?u')
_DEFIFNOT(`_REC_END_', `for $u; $|;
	$.$b')
_DEFIFNOT(`confRECEIVED_HEADER', `_REC_HDR_
	_REC_AUTH_$?{auth_ssf} bits=${auth_ssf}$.)
	_REC_BY_
	_REC_TLS_
	_REC_END_')
dnl
dnl  Refusals.  Rules call what comes from the access table; see rules/access.m4.
_DEFIFNOT(`confRCPTREJ_MSG', `"550 Mailbox disabled for this recipient"')
dnl
dnl  The mailers that every file has.
_DEFIFNOT(`_DEF_LOCAL_MAILER_FLAGS', `lsDFMAw5:/|@q')
_DEFIFNOT(`_DEF_LOCAL_SHELL_FLAGS', `lsDFMoq')
_DEFIFNOT(`_DEF_SMTP_MAILER_FLAGS', `mDFMuX')
_DEFIFNOT(`_DEF_CYRUSV2_MAILER_FLAGS', `lsDFMnqXz')
