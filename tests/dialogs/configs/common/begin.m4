divert(-1)
How all sites begin: names, files, and mailers that lead to the sinks.
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.example.test')dnl
define(`confCW_FILE', `DIALOG_DIR/local-host-names')dnl
define(`QUEUE_DIR', `DIALOG_DIR/mqueue')dnl
define(`ALIAS_FILE', `DIALOG_DIR/aliases')dnl
define(`HELP_FILE', `DIALOG_DIR/helpfile')dnl
define(`STATUS_FILE', `DIALOG_DIR/statistics')dnl
define(`confPID_FILE', `DIALOG_DIR/pid')dnl
define(`confFORWARD_PATH', `DIALOG_DIR/forward/$u')dnl
define(`confTO_IDENT', `0s')dnl
define(`confTO_QUEUEWARN', `')dnl
define(`confDELIVERY_MODE', `background')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableIncludeFile,IncludeFileInUnsafeDirPath,ForwardFileInUnsafeDirPath')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h SINK_ESMTP')dnl
define(`SMTP_MAILER_ARGS', `TCP $h SINK_PLAIN')dnl
define(`SMTP8_MAILER_ARGS', `TCP $h SINK_SEVEN')dnl
define(`DSMTP_MAILER_ARGS', `TCP $h SINK_DEAD')dnl
define(`RELAY_MAILER_ARGS', `TCP $h SINK_ESMTP')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`use_cw_file')dnl
