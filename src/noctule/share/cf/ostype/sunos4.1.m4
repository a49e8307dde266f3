dnl  sunos4.1  (no longer of use; kept for old site files)
define(`confEBINDIR', `/usr/lib')
