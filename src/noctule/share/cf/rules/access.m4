
#####################################################################
# The access table
#
# D, A, F, E and U look up a domain, a network address, a full address, an
# exact key and a user:
#
#     < key > < default > < mark tag > < passed on >   to
#     < value or default > < passed on >
#
# The mark + tries the key with the tag in front and then as it is, ! only
# with the tag.
#####################################################################
_IF_FEATURE_(`access_db', `
# D: a.b.c, then b.c, then c; [1.2.3.4], then [1.2.3] and so on
SD
R< > < $+ > < $- $- > < $* >		$@ < $1 > < $4 >
R< $* > < $+ > < $- $- > < $* >		$: < $(access $4:$1 $: ? $) > < $1 > < $2 > < $3 $4 > < $5 >
R< ? > < $+ > < $+ > < + $- > < $* >	$: < $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
ifdef(`NO_NETINET6', `', `R< ? > < [ $+ : : $- ] > < $+ > < $- $- > < $* >	$@ $>D < [ $1 ] > < $3 > < $4 $5 > < $6 >
R< ? > < [ $+ : $- ] > < $+ > < $- $- > < $* >	$@ $>D < [ $1 ] > < $3 > < $4 $5 > < $6 >
')dnl
R< ? > < [ $+ . $- ] > < $+ > < $- $- > < $* >	$@ $>D < [ $1 ] > < $3 > < $4 $5 > < $6 >
_IF_FEATURE_(`lookupdotdomain', `R< ? > < $+ . $+ > < $+ > < $- $- > < $* >	$: < $(access $5:.$2 $: ? $) > < $1 . $2 > < $3 > < $4 $5 > < $6 >
R< ? > < $+ . $+ > < $+ > < + $- > < $* >	$: < $(access .$2 $: ? $) > < $1 . $2 > < $3 > < + $4 > < $5 >
')dnl
R< ? > < $+ . $+ > < $+ > < $- $- > < $* >	$@ $>D < $2 > < $3 > < $4 $5 > < $6 >
ifdef(`_FFR_LOOKUPTAG_', `R< ? > < $+ > < $+ > < $- $- > < $* >	$: < $(access $4: $: ? $) > < $1 > < $2 > < $3 $4 > < $5 >
')dnl
ifdef(`_ACCESS_SKIP_', `R< SKIP > < $+ > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
')dnl
R< ? > < $+ > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
R< $* <TMPF> > < $+ > < $+ > < $- $- > < $* >	$@ < <TMPF> > < $6 >
R< $* > < $+ > < $+ > < $- $- > < $* >	$@ < $1 > < $6 >

# A: 1.2.3.4, then 1.2.3 and so on; IPv6 one group at a time
SA
R< > < $+ > < $- $- > < $* >		$@ < $1 > < $4 >
R< $+ > < $+ > < $- $- > < $* >		$: < $(access $4:$1 $: ? $) > < $1 > < $2 > < $3 $4 > < $5 >
R< ? > < $+ > < $+ > < + $- > < $* >	$: < $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
ifdef(`NO_NETINET6', `', `R< ? > < $+ : : $- > < $+ > < $- $- > < $* >	$@ $>A < $1 > < $3 > < $4 $5 > < $6 >
R< ? > < $+ : $- > < $+ > < $- $- > < $* >	$@ $>A < $1 > < $3 > < $4 $5 > < $6 >
')dnl
R< ? > < $+ . $- > < $+ > < $- $- > < $* >	$@ $>A < $1 > < $3 > < $4 $5 > < $6 >
ifdef(`_ACCESS_SKIP_', `R< SKIP > < $+ > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
')dnl
R< ? > < $+ > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
R< $* <TMPF> > < $+ > < $+ > < $- $- > < $* >	$@ < <TMPF> > < $6 >
R< $* > < $+ > < $+ > < $- $- > < $* >	$@ < $1 > < $6 >

# E: the key alone
SE
R< $* > < $+ > < $- $- > < $* >		$: < $(access $4:$1 $: ? $) > < $1 > < $2 > < $3 $4 > < $5 >
R< ? > < $* > < $+ > < + $- > < $* >	$: < $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
R< ? > < $* > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
R< $* <TMPF> > < $* > < $+ > < $- $- > < $* >	$@ < <TMPF> > < $6 >
R< $* > < $* > < $+ > < $- $- > < $* >	$@ < $1 > < $6 >

# F: user+detail@domain, user+*@domain, user@domain
# U: user+detail@, user+*@, user@
SF
R< $+ > < $+ > < $- $- > < $* >		$: < $(access $4:$1 $: ? $) > < $1 > < $2 > < $3 $4 > < $5 >
R< ? > < $+ > < $+ > < + $- > < $* >	$: < $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
R< ? > < $+ + $* @ $* > < $+ > < $- $- > < $* >	$: < $(access $6:$1+*@$3 $: ? $) > < $1 + $2 @ $3 > < $4 > < $5 $6 > < $7 >
R< ? > < $+ + $* @ $* > < $+ > < + $- > < $* >	$: < $(access $1+*@$3 $: ? $) > < $1 + $2 @ $3 > < $4 > < + $5 > < $6 >
R< ? > < $+ + $* @ $* > < $+ > < $- $- > < $* >	$: < $(access $6:$1@$3 $: ? $) > < $1 + $2 @ $3 > < $4 > < $5 $6 > < $7 >
R< ? > < $+ + $* @ $* > < $+ > < + $- > < $* >	$: < $(access $1@$3 $: ? $) > < $1 + $2 @ $3 > < $4 > < + $5 > < $6 >
R< ? > < $+ > < $+ > < $- $- > < $* >	$@ < $2 > < $5 >
R< $* <TMPF> > < $+ > < $+ > < $- $- > < $* >	$@ < <TMPF> > < $6 >
R< $* > < $+ > < $+ > < $- $- > < $* >	$@ < $1 > < $6 >

SU
R$*			$@ $>F $1

# SearchList: mark tag in brackets $| < letter : key > ... < >  to the first
# value found, < ? > if there is none
SSearchList
R< $+ > $| < >				$@ < ? >
R< $+ > $| < $={Src} : $* > < $* >	$: < $1 > $| < $4 > $| $>$2 < $3 > < ? > < $1 > < >
R< $+ > $| < $* > $| < ? > < >		$@ $>SearchList < $1 > $| < $2 >
R< $+ > $| < $* > $| < $* > < >		$@ < $3 >

# AccessVerdict: < value > as the answer of a check; OK and RELAY are no
# business of this one
SAccessVerdict
R< REJECT > $*		$#error ifdef(`confREJECT_MSG', `$: confREJECT_MSG', `$@ 5.7.1 $: "550 Access denied"')
R< DISCARD > $*		$#discard $: discard
R< QUARANTINE : $+ > $*	$#error $@ quarantine $: $1
R< ERROR : $- . $- . $- : $+ > $*	$#error $@ $1 . $2 . $3 $: $4
R< ERROR : $+ > $*	$#error $: $1
R< <TMPF> > $*		$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`CR')
R< $+ > $*		$#error $: $1
')dnl

# CanonAddr: the address as it would be parsed, for the checks
SCanonAddr
R$*			$: $>canonify $1
R$*			$@ $>Parse0 $1
