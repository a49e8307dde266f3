dnl  bsdi2.0  (no longer of use; kept for old site files)
errprint(`NOTE: OSTYPE(bsdi2.0) is deprecated.  Use OSTYPE(bsdi) instead.
')
include(_CF_DIR_`ostype/bsdi.m4')
