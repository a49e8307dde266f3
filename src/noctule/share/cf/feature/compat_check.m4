dnl  Decides about pairs of sender and recipient at delivery.
_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`FEATURE(`compat_check') requires FEATURE(`access_db')')')
LOCAL_RULESETS
# check_compat: sender $| recipient
Scheck_compat
R< $* > $| $*		$: $1 $| $2			brackets are no part of the key
R$* $| < $* >		$: $1 $| $2
R$* $| $*		$: < $(access Compat:$1<@>$2 $: OK $) >
R< DISCARD >		$#discard $: " - discarded by check_compat"
R< DISCARD : $* >	$#discard $: $1 " - discarded by check_compat"
R< TEMP : $* >		$#error $@ TEMPFAIL $: $1 " error from check_compat. Try again later"
R< ERROR : $* >		$#error $@ UNAVAILABLE $: $1 " error from check_compat"
