
#####################################################################
# canonify (3): any address to the focused form  user < @ host >
#
# The focus, between the brackets, says where the mail goes next; a dot
# at its end says that the name is canonical.
#####################################################################

Scanonify=3
R$@			$@ < @ >			nothing at all
R< @ >			$@ : ; < @ >			a route without a place
R$*			$: $>StripBrackets $1
R$* < @ >		$@ $1 < @ >			null sender, empty list
R$*			$: $>DropRoute $1

# user@host first, then host!user, then user%host: a percent sign is an
# at-sign of second rank.  Of several the last counts.
R$* @ $+		$: $1 < @ $2 >
R$* < @ $* @ $+ >	$1 @ $2 < @ $3 >
R$* < @ $+ >		$@ $>Canonify2 $1 < @ $2 >
ifdef(`_USE_DECNET_SYNTAX_', `R$- : : $+		$@ $>Canonify2 $2 < @ $1 .DECNET >
R$- . $- : : $+		$@ $>Canonify2 $3 < @ $1 . $2 .DECNET >
')dnl
_UNLESS_FEATURE_(`nouucp', `R$- ! $+		$@ $>Canonify2 $2 < @ $1 .UUCP >
R$+ . $- ! $+		$@ $>Canonify2 $3 < @ $1 . $2 >
R$+ ! $+		$@ $>Canonify2 $2 < @ $1 .UUCP >
')dnl
_UNLESS_FEATURE_(`nopercenthack', `R$* % $*		$1 @ $2
')dnl
R$* @ $*		$: $1 < @ $2 >
R$* < @ $* @ $+ >	$1 @ $2 < @ $3 >
_UNLESS_FEATURE_(`nopercenthack', `R$* @ $* < @ $* >	$1 % $2 < @ $3 >		the others stay
')dnl
R$*			$@ $>Canonify2 $1

# StripBrackets: "Full Name" <user@host>, name: a, b; and name:;
SStripBrackets
R$* < $* > $* < $* > $*	$3 < $4 > $5			the last pair
R$* < $* > $*		$: $2 < >			up to the first closing one
R$* < $* < >		$2 < >				and back to its partner
R$* : ; < >		$@ $1 : ; < @ >
R$* ; < >		$1 < >
R< >			$@ < @ >
R$+ < >			$@ $1
R$* ;			$1
R$* : :			$@ $1 : :
R@ $+ :			$@ @ $1 :			a route to nobody
R$* :			$@ : ; < @ >			a list without members
R$@			$@ : ; < @ >
R$+			$@ $>DropPhrase $1

# DropPhrase: outside of brackets a phrase or the name of a list lies up to
# the first colon, but not in front of a file name or in  node::user; in
# front of a literal it is one whatever follows.
SDropPhrase
R$* : $* [ $* ]		$@ $2 [ $3 ]
R$* [ IPv6 : $* ]	$@ $1 [ IPv6 : $2 ]
R@ $*			$@ @ $1				a route
R: include : $*		$@ : include : $1
R$* : : $*		$@ $1 : : $2
R$* : $+		$@ $2

# DropRoute: of  @place,@place:user@host  the end counts
SDropRoute
R@ : $+			$@ @ : $1
R@ $+ , $+		$2
R@ [ $* ] : $+		$2
R@ $+ : $+		$2

#####################################################################
# Canonify2 (96): make the host in the focus canonical
#####################################################################

SCanonify2=96
R$* < @ localhost > $*		$: $1 < @ $j . > $2
R$* < @ localhost . $m > $*	$: $1 < @ $j . > $2
_UNLESS_FEATURE_(`nouucp', `R$* < @ localhost .UUCP > $*	$: $1 < @ $j . > $2
')dnl

# An address literal is either one of ours or final.
R$* < @ [ $* ] > $*		$: $1 < @ @ [ $2 ] > $3
R$* < @ @ $=w > $*		$: $1 < @ $j . > $3
R$* < @ @ $+ > $*		$@ $1 < @ $2 > $3
_IF_FEATURE_(`domaintable', `
# Domains that got a new name
R$* < @ $+ > $*			$: $1 < @ $(domaintable $2 $) > $3
')dnl
undivert(2)dnl
_IF_FEATURE_(`bitdomain', `R$* < @ $+ .BITNET > $*	$: $1 < @ $(bitdomain $2 $: $2 .BITNET $) > $3
')dnl
_IF_FEATURE_(`uucpdomain', `R$* < @ $+ .UUCP > $*		$: $1 < @ $(uudomain $2 $: $2 .UUCP $) > $3
')dnl
_UNLESS_FEATURE_(`nouucp', `ifdef(`UUCP_RELAY', `R$* < @ $+ .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
', `ifdef(`_SITECONFIG_U_', `R$* < @ $=U .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
')ifdef(`_SITECONFIG_V_', `R$* < @ $=V .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
')ifdef(`_SITECONFIG_W_', `R$* < @ $=W .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
')ifdef(`_SITECONFIG_X_', `R$* < @ $=X .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
')ifdef(`_SITECONFIG_Y_', `R$* < @ $=Y .UUCP > $*		$@ $1 < @ $2 .UUCP . > $3
')_IF_FEATURE_(`nocanonify', `R$* < @ $+ .UUCP > $*		$: $1 < @ $2 .UUCP . > $3
', `# A name without domain that DNS knows is better than a UUCP name.
R$* < @ $* .UUCP > $*		$: $1 < @ $[ $2 $: $2 .UUCP . $] > $3
')')')dnl

# Pseudo domains and names that end in a dot are canonical as they are.
R$* < @ $* $=P > $*		$: $1 < @ $2 $3 . > $4

# All other names are looked up, unless the listener or the site says
# that they are canonical.
R$* < @ $* $~P > $*		$: < $&{daemon_flags} > $1 < @ $2 $3 > $4
ifdef(`_FFR_NOCANONIFY_HEADERS', `R< $* > $*			$: < $1 $&{addr_type} > $2
R< $* h $* > $* < @ $+ . $+ > $*	$: $3 < @ $4 . $5 . > $6
R< $* h $* > $*			$: $3
')dnl
_IF_FEATURE_(`nocanonify', `ifdef(`_CANONIFY_CLASS_', `R< $* > $* < @ $* $={Canonify} > $*	$: < c > $2 < @ $3 $4 > $5
')dnl
R< $* c $* > $* < @ $+ > $*	$: $3 < @ $[ $4 $] > $5
R< $* > $* < @ $+ . $+ > $*	$: $2 < @ $3 . $4 . > $5
ifdef(`_CANONIFY_HOSTS_', `R< $* > $* < @ $+ > $*		$: $2 < @ $[ $3 $] > $4
', `R< $* > $* < @ $* > $*		$: $2 < @ $3 > $4
')', `R< $* CC $* > $* < @ $+ . $+ > $*	$: $3 < @ $4 . $5 . > $6
R< $* CC $* > $*		$: $3
R< $* > $* < @ $+ > $*		$: $2 < @ $[ $3 $] > $4
')dnl

# What we know ourselves needs no DNS.
R$* < @ $=w > $*		$: $1 < @ $2 . > $3
R$* < @ $=M > $*		$: $1 < @ $2 . > $3
_IF_FEATURE_(`masquerade_entire_domain', `R$* < @ $* $=M > $*		$: $1 < @ $2 $3 . > $4
')dnl
_IF_FEATURE_(`virtusertable', `R$* < @ $={VirtHost} > $*	$: $1 < @ $2 . > $3
_IF_FEATURE_(`virtuser_entire_domain', `R$* < @ $* $={VirtHost} > $*	$: $1 < @ $2 $3 . > $4
')')dnl
_IF_FEATURE_(`genericstable', `R$* < @ $=G > $*		$: $1 < @ $2 . > $3
_IF_FEATURE_(`generics_entire_domain', `R$* < @ $* $=G > $*		$: $1 < @ $2 $3 . > $4
')')dnl
R$* < @ $* . . > $*		$1 < @ $2 . > $3
