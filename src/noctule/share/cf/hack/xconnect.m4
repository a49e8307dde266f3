dnl  Experimental in the original; accepted, no effect.
_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: HACK(xconnect) requires FEATURE(access_db)')')
