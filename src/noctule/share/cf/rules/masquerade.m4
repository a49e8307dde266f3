
#####################################################################
# Masquerading: what the outside sees of our addresses
#
# An unqualified address comes in as  user < @ *LOCAL* >.
#####################################################################

# MasqHdr (93): header senders
SMasqHdr=93
_IF_FEATURE_(`genericstable', `
# Names by table: < found > < user > < @ domain > address
R$+ < @ *LOCAL* >	$: < ? > < $1 > < @ $j > $1 < @ *LOCAL* >
_IF_FEATURE_(`generics_entire_domain', `R$+ < @ $* $=G . >	$: < ? > < $1 > < @ $2 $3 > $1 < @ $2 $3 . >
', `R$+ < @ $=G . >		$: < ? > < $1 > < @ $2 > $1 < @ $2 . >
')dnl
R< ? > < $+ > < @ $+ > $+	$: < $(generics $1@$2 $: ? $) > < $1 > < @ $2 > $3
R< ? > < $+ + $* > < @ $+ > $+	$: < $(generics $1+*@$3 $@ $2 $: ? $) > < $1 + $2 > < @ $3 > $4
R< ? > < $+ + $* > < @ $+ > $+	$: < $(generics $1@$3 $: ? $) > < $1 + $2 > < @ $3 > $4
R< ? > < $+ > < @ $+ > $+ < @ $+ . >	$: < $(generics @$2 $@ $1 $: ? $) > < $1 > < @ $2 > $3 < @ $4 . >
R< ? > < $+ > < @ $+ > $+	$: < $(generics $1 $: ? $) > < $1 > < @ $2 > $3
R< ? > < $+ + $* > < @ $+ > $+	$: < $(generics $1+* $@ $2 $: ? $) > < $1 + $2 > < @ $3 > $4
R< ? > < $+ + $* > < @ $+ > $+	$: < $(generics $1 $: ? $) > < $1 + $2 > < @ $3 > $4
R< ? > < $+ > < @ $+ > $+	$: $3
R< $* @ $* > < $+ > < @ $+ > $+	$@ $>canonify $1 @ $2
R< $+ > < $+ > < @ $+ > $+	$: $1 < @ *LOCAL* >
')dnl

# Names that stay
R$+ < @ $* $=N . >	$@ $1 < @ $2 $3 . >
ifdef(`MASQUERADE_NAME', `R$=E < @ *LOCAL* >	$@ $1 < @ $j . >
R$=E < @ $=M . >	$@ $1 < @ $2 . >
_IF_FEATURE_(`masquerade_entire_domain', `R$=E < @ $* $=M . >	$@ $1 < @ $2 $3 . >
')dnl
_UNLESS_FEATURE_(`limited_masquerade', `R$=E < @ $=w . >	$@ $1 < @ $2 . >
')dnl

# Names that change; an empty $M leaves them as they are.
R$+ < @ $=M . >		$: $1 < @ $2 . @ $M >
_IF_FEATURE_(`masquerade_entire_domain', `R$+ < @ $* $=M . >	$: $1 < @ $2 $3 . @ $M >
')dnl
_UNLESS_FEATURE_(`limited_masquerade', `R$+ < @ $=w . >		$: $1 < @ $2 . @ $M >
')dnl
R$+ < @ *LOCAL* >	$: $1 < @ $j . @ $M >
R$+ < @ $+ @ >		$: $1 < @ $2 >
R$+ < @ $+ @ $+ >	$: $1 < @ $3 . >
R$+ < @ $+ . . >	$: $1 < @ $2 . >
', `R$+ < @ *LOCAL* >	$: $1 < @ $j . >
')dnl

# MasqEnv (94): envelope senders
SMasqEnv=94
_IF_FEATURE_(`masquerade_envelope', `R$+			$@ $>MasqHdr $1
', `R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2
')dnl

