# MailerToTriple (95): < [mailer:]host > address, the form in which smart
# hosts, hubs, relays and table entries are written.
SMailerToTriple=95
R< > $*				$@ $1				no such host
R< error : $- . $- . $- : $+ > $*	$#error $@ $1 . $2 . $3 $: $4
R< error : $- : $+ > $*		$#error $@ $1 $: $2
R< error : $+ > $*		$#error $: $1
R< local : $* > $*		$@ $>CanonLocal < $1 > $2
R< $- : $+ @ $+ > $* < $* > $*	$# $1 $@ $3 $: $2 < @ $3 >
R< $- : $+ > $*			$# $1 $@ $2 $: $3
R< $=w > $*			$@ $2				ourselves: no relay
R< $+ > $*			$# confRELAY_MAILER $@ $1 $: $2

# CanonLocal: < user > address, what follows "local:"
SCanonLocal
R< $* > $+ $=O $+ < @ $+ >	$@ $>Recurse $2 $3 $4		another host inside
R< $* > $* < @ $* . > $*	$: < $1 > $2 < @ $3 > $4
R< > $* < @ $* > $*		$# confLOCAL_MAILER $@ $1 @ $2 $: $1
R< > $+				$# confLOCAL_MAILER $@ $1 $: $1
R< $+ @ $* > $* < @ $* > $*	$: < $1 > $3 < @ $4 > $5
R< $+ > $* < @ $* > $*		$# confLOCAL_MAILER $@ $2 @ $3 $: $1
R< $+ > $*			$# confLOCAL_MAILER $@ $2 $: $1

