
#####################################################################
# final (4): focused form to what goes out
#####################################################################

Sfinal=4
R$+ : ; < @ >		$@ $1 :				an empty list
R$* < @ >		$@				the null sender
R$* < @ $+ . > $*	$: $1 < @ $2 > $3
R$* < @ *LOCAL* > $*	$: $1 < @ $j > $2
R$* < $+ > $*		$1 $2 $3			no focus outside
R@ $+ : @ $+ : $+	@ $1 , @ $2 : $3		a source route
_UNLESS_FEATURE_(`nouucp', `R$+ @ $- .UUCP		$2 ! $1
')dnl
ifdef(`_USE_DECNET_SYNTAX_', `R$+ @ $+ .DECNET		$2 : : $1
')dnl
R$+ % $=w @ $=w		$1 @ $2				our name twice

# Recurse (97): an address from a table starts from the beginning.
SRecurse=97
R$*			$: $>canonify $1
R$*			$@ $>parse $1
