dnl  The queue group depends on the recipient.
dnl
dnl  FEATURE(`queuegroup'[, default group])
_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: FEATURE(`queuegroup') requires FEATURE(`access_db')')')
LOCAL_RULESETS
Squeuegroup
R< $+ >			$1
R$+ @ $+		$: $>SearchList < ! qgrp > $| < F:$1@$2 > < D:$2 > < >
R< ? >			ifelse(defn(`_ARG_'), `', `$@', `$# _ARG_')
R< $+ >			$# $1
