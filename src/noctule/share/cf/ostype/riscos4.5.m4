dnl  riscos4.5  (no longer of use; kept for old site files)
define(`confEBINDIR', `/usr/lib')
_DEFIFNOT(`LOCAL_MAILER_ARGS', `rmail -d $u')
_DEFIFNOT(`QUEUE_DIR', `/usr/spool/mqueue')
