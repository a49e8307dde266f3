# Mailertable (90): prefix . < what the search stands at > address
#
# The full name was asked for already.  Left to try are its parent domains,
# with a dot in front, and at last the dot alone.  Only a value with a colon
# is an answer; any other takes the place of the name that is searched for.
SMailertable=90
R$* < $- . $+ > $*	$: $1 $2 . < > < $(mailertable .$3 $@ $1 $2 $@ $2 $: $3 $) > $4
R$* < > < $- : $* > $*	$@ $>MailerToTriple < $2 : $3 > $4
R$* < > < $+ > $*	$@ $>Mailertable $1 < $2 > $3
R$* < $- > $*		$: < > < $(mailertable . $@ $1 $2 $@ $2 $) > $3
R< > < $- : $* > $*	$@ $>MailerToTriple < $1 : $2 > $3
R< > < $+ > $*		$@ $2
R$* < $* > $*		$@ $3

