dnl  _PARSED_(address): what Parse0 gives back, and last rules for it of some features.
ifelse(ifdef(`_PREFIX_', `x')`'ifdef(`_BCC_HOST_', `x'), `', `define(`_PARSED_', `$1')define(`_PARSED_LAST_')',
`define(`_PARSED_', `$`'>ParsedAddress $1')define(`_PARSED_LAST_', `R$`'*			$`'@ $`'>ParsedAddress $`'1
')')dnl
# Parse0: what cannot be an address is refused; hosts that are ourselves
# are taken off until another host, or a user, is in the focus.
SParse0
R< @ >			$@ < @ >
R$* : $* ; < @ >	$#error $@ 5.1.3 $: "553 List:; syntax illegal for recipient addresses"
R@ < @ $* >		$: < @ $1 >
R< @ $+ >		$#error $@ 5.1.3 $: "553 User address required"
R$+ < @ >		$#error $@ 5.1.3 $: "553 Hostname required"
ifdef(`_STRICT_RFC821_', `R$* . < @ $* > $*	$#error $@ 5.1.2 $: "553 Local part must not end with a dot"
R. $* < @ $* > $*	$#error $@ 5.1.2 $: "553 Local part must not begin with a dot"
')dnl
R$* < @ $+ > $*		$: $1 < @ $>HostSyntax < $2 > $3
R$* < @ $* $#error $*	$#error $3
R$* @ $* < @ $* > $*	$#error $@ 5.1.3 $: "553 Invalid route address"
R$* , $~O $*		$#error $@ 5.1.3 $: "553 Invalid route address"

# Are we the host?
R$- < @ $=w . >		$: $(dequote $1 $) < @ $2 . >
R< @ $=w . >		$#error $@ 5.1.3 $: "553 User address required"
R$* $=O $* < @ $=w . >	$@ $>Parse0 $>canonify $1 $2 $3
R$* < @ $* > $*		$@ _PARSED_(`$1 < @ $2 > $3')

# No host at all
R$-			$: $(dequote $1 $)
R$@			$#error $@ 5.1.3 $: "553 User address required"
R$+ $=O $+		$@ $>Parse0 $>canonify $1 $2 $3
_PARSED_LAST_`'dnl

# HostSyntax: < host > rest  to  host > rest , or the error that it is
SHostSyntax
R< [ $* ] > $*			$@ [ $1 ] > $2
R< [ $* ] : $+ > $*		$@ [ $1 ] : $2 > $3		a port or a second host
R< [ $* ] $+ > $*		$#error $@ 5.1.2 $: "553 Invalid address"
R< $* : $* > $*			$#error $@ 5.1.3 $: "553 Colon illegal in host name part"
R< . $* > $*			$#error $@ 5.1.2 $: "553 Invalid host name"
R< $* . . $* > $*		$#error $@ 5.1.2 $: "553 Invalid host name"
R< $* @ > $*			$#error $@ 5.1.2 $: "553 Invalid route address"
R< $* > $*			$@ $1 > $2
ifelse(ifdef(`_PREFIX_', `x')`'ifdef(`_BCC_HOST_', `x'), `', `', `
# ParsedAddress: a prefix comes off, copies take their own way
SParsedAddress
ifdef(`_PREFIX_', `R`'_PREFIX_ $+		$: $1 $(macro {rcpt_flags} $@ _PREFIX_FLAGS_ $)
')dnl
ifdef(`_BCC_HOST_', `R$*			$: < $&{addr_type} > < $A > $1
R< e b > < $+ > $+	$# relay $@ $1 $: $2
R< $* > < $* > $*	$: $3
')dnl
')dnl
