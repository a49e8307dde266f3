dnl  What Debian's packages expect of the submission program.
define(`confCF_VERSION', `Submit')
define(`confRUN_AS_USER', `smmsp')
define(`confTRUSTED_USER', `smmsp')
define(`confQUEUE_FILE_MODE', `0660')
define(`confTEMP_FILE_MODE', `0640')
define(`confSAFE_FILE_ENV', `/')
FEATURE(`no_default_msa')
dnl
dnl  Where it lives.
define(`confCONTROL_SOCKET_NAME', `/var/run/sendmail/msp/smcontrol')
define(`confPID_FILE', `/var/run/sendmail/msp/sendmail.pid')
define(`confPROCESS_TITLE_PREFIX', `MSP')
define(`confHOST_STATUS_DIRECTORY')
define(`MSP_QUEUE_DIR', `/var/spool/mqueue-client')
define(`STATUS_FILE', `/var/lib/sendmail/sm-client.st')
dnl
dnl  Limits: the daemon is on this host and answers soon.
define(`confRRT_IMPLIES_DSN', `False')
define(`confTO_ICONNECT', `2s')
define(`confTO_MAIL', `2m')
define(`confTO_DATAINIT', `2m')
define(`confTO_RSET', `1m')
define(`confTO_QUIT', `2m')
define(`confTO_COMMAND', `5m')
define(`confTO_IDENT', `5s')
define(`confTO_HOSTSTATUS', `0')
