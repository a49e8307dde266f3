dnl  amdahl-uts  (no longer of use; kept for old site files)
define(`confEBINDIR', `/usr/lib')
_DEFIFNOT(`LOCAL_MAILER_FLAGS', `fSn9')
