divert(-1)
define(`POOL', `mx')
define(`MAXIMA', `define(`confMAX_RCPTS_PER_MESSAGE', `$1')define(`confMAX_MESSAGE_SIZE', `$2')')
define(`TABLES', `FEATURE(`mailertable')dnl
FEATURE(`access_db', `hash -o /etc/mail/access', `$1')dnl
FEATURE(`blocklist_recipients')dnl
')
divert(0)dnl
