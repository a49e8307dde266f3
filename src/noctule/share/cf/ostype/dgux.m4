dnl  dgux  (no longer of use; kept for old site files)
define(`confTIME_ZONE', `USE_TZ')
define(`confEBINDIR', `/usr/lib')
_DEFIFNOT(`LOCAL_MAILER_FLAGS', `m9')
LOCAL_CONFIG
E_FORCE_MAIL_LOCAL_=yes
