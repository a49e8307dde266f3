dnl  The old name of confTLS_FALLBACK_TO_CLEAR, which it sets, with a complaint.
_COMPLAIN_(`*** ERROR: FEATURE(tls_failures) has been replaced by confTLS_FALLBACK_TO_CLEAR')
define(`confTLS_FALLBACK_TO_CLEAR', `true')
