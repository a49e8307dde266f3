dnl  The other macros of a site file.
dnl
define(`VERSIONID', `
#####  $1  #####
')
define(`MASQUERADE_AS', `define(`MASQUERADE_NAME', `$1')')
dnl
dnl  Listeners and outgoing sockets.  The first listener replaces the default one.
define(`DAEMON_OPTIONS', `define(`_LISTENERS_', ifdef(`_LISTENERS_', `defn(`_LISTENERS_')')`O DaemonPortOptions=$1
')')
define(`CLIENT_OPTIONS', `define(`_CLIENT_PORTS_', ifdef(`_CLIENT_PORTS_', `defn(`_CLIENT_PORTS_')')`O ClientPortOptions=$1
')')
define(`QUEUE_GROUP', `define(`_QUEUE_GROUPS_', ifdef(`_QUEUE_GROUPS_', `defn(`_QUEUE_GROUPS_')')`Q$1, $2
')')
dnl
dnl  Filters.  INPUT_MAIL_FILTER also puts the name on the list of those in use.
define(`MAIL_FILTER', `define(`_FILTERS_', ifdef(`_FILTERS_', `defn(`_FILTERS_')')`X$1, $2
')')
define(`INPUT_MAIL_FILTER', `MAIL_FILTER(`$1', `$2')dnl
define(`confINPUT_MAIL_FILTERS', _IF_SAID_(`confINPUT_MAIL_FILTERS', `defn(`confINPUT_MAIL_FILTERS')`, '')`$1')')
dnl
dnl  UUCPSMTP(name, domain): a UUCP neighbour that is reached by mail today.
define(`UUCPSMTP', `R$`'* < @ $1 .UUCP > $`'*	$`'1 < @ $2 > $`'2')
