dnl  What Debian's packages expect of the daemon.
dnl
dnl  Permissions: files that the mail group may write are fine, and so are
dnl  .forward files below /home that a group shares.
define(`confDONT_BLAME_SENDMAIL', ifdef(`confDONT_BLAME_SENDMAIL', ``confDONT_BLAME_SENDMAIL`,''')``AssumeSafeChown,ForwardFileInGroupWritableDirPath,GroupWritableForwardFileSafe,GroupWritableIncludeFileSafe,IncludeFileInGroupWritableDirPath,DontWarnForwardFileInUnsafeDirPath,TrustStickyBit,NonRootSafeAddr,GroupWritableIncludeFile,GroupReadableDefaultAuthInfoFile'')
define(`confPRIVACY_FLAGS', ``restrictqrun,restrictexpand'')
define(`confTRUSTED_USER', `smmta')
define(`confQUEUE_FILE_MODE', `0640')
define(`confTEMP_FILE_MODE', `0640')
define(`confSAFE_FILE_ENV', `/')
dnl
dnl  Where it lives.
define(`confCONTROL_SOCKET_NAME', `/var/run/sendmail/mta/smcontrol')
define(`confPID_FILE', `/var/run/sendmail/mta/sendmail.pid')
define(`confPROCESS_TITLE_PREFIX', `MTA')
define(`confHOST_STATUS_DIRECTORY', `/var/lib/sendmail/host_status')
define(`STATUS_FILE', `/var/lib/sendmail/sendmail.st')
dnl
dnl  Limits.
define(`confMAX_HOP', `100')
define(`confMAX_DAEMON_CHILDREN', `0')
define(`confMAX_RUNNERS_PER_QUEUE', `5')
define(`confRRT_IMPLIES_DSN', `False')
define(`confTO_ICONNECT', `2m')
define(`confTO_MAIL', `2m')
define(`confTO_DATAINIT', `2m')
define(`confTO_RSET', `1m')
define(`confTO_QUIT', `2m')
define(`confTO_COMMAND', `5m')
define(`confTO_IDENT', `5s')
