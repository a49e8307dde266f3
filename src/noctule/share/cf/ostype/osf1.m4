dnl  osf1  (no longer of use; kept for old site files)
define(`confDEF_USER_ID', `daemon')
define(`confEBINDIR', `/usr/lbin')
_DEFIFNOT(`STATUS_FILE', `/usr/adm/sendmail/sendmail.st')
