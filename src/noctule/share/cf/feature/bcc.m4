dnl  Experimental; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`bcc') has no effect here')
