dnl  Experimental; accepted, no effect.
_COMPLAIN_(`NOTE: FEATURE(`prefixmod') has no effect here')
