dnl  ultrix4  (no longer of use; kept for old site files)
define(`confEBINDIR', `/usr/lib')
