R$+ < @ $={VirtHost} . >	$: < ? > $1 < @ $2 . >
R$+ < @ $=w . >			$: < ? > $1 < @ $2 . >
_IF_FEATURE_(`virtuser_entire_domain', `R$+ < @ $+ . $={VirtHost} . >	$: < ? > $1 < @ $2 . $3 . >
')dnl
# The whole address, the address without detail, the domain; the detail is
# never empty in the keys with two plus signs.
R< ? > $+ < @ $+ . >		$: < $(virtuser $1@$2 $@ $1 $: ? $) > $1 < @ $2 . >
R< ? > $+ + $+ < @ $+ . >	$: < $(virtuser $1++@$3 $@ $1 $@ $2 $@ +$2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser $1+*@$3 $@ $1 $@ $2 $@ +$2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser $1@$3 $@ $1 $@ $2 $@ +$2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $+ < @ $+ . >	$: < $(virtuser ++@$3 $@ $1 $@ $2 $@ +$2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser +*@$3 $@ $1 $@ $2 $@ +$2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser @$3 $@ $1 $@ $2 $@ +$2 $: ! $) > $1 + $2 < @ $3 . >
R< ? > $+ < @ $+ . >		$: < $(virtuser @$2 $@ $1 $: ! $) > $1 < @ $2 . >
R< ! > $+			$: $1
# An error, or another address that starts from the beginning
R< error : $- . $- . $- : $+ > $+	$#error $@ $1 . $2 . $3 $: $4
R< error : $- $+ > $+		$#error $@ $1 $: $2
ifdef(`_VIRTUSER_STOP_ONE_LEVEL_RECURSION_', `R< $+ > $+ < @ $+ . >		$: < $1 > $2 < @ $3 . > $(macro {VirtKey} $@ $2@$3 $)
R< $&{VirtKey} > $+ < @ $+ . >	$: $1 < @ $2 . >
')dnl
ifdef(`_NO_VIRTUSER_RECURSION_', `R< $+ > $+ < @ $+ . >		$: $>canonify $1
', `R< $+ > $+ < @ $+ . >		$: $>Recurse $1
')dnl
