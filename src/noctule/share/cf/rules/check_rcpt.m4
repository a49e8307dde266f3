
#####################################################################
# check_rcpt: the recipient as typed.  May this client send there?
#####################################################################

SLocal_check_rcpt

S`'_CHECK_(`rcpt')
R$*			$: $1 $| $>Local_check_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_rcpt $1

SBasic_check_rcpt
R<>			$#error $@ nouser $: "553 User address required"
R$@			$#error $@ nouser $: "553 User address required"
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
ifdef(`_REQUIRE_QUAL_RCPT_', `R$*			$: $1 $| $>QualifiedRecipient $1
R$* $| $#$*		$#$2
R$* $| $*		$: < $1 >
R< < $* > >		$: < $1 >
')dnl
R$*			$: < > $1 $| $>Rcpt_ok $1
R< > $* $| $#TEMP $+	$: < $2 > $1			perhaps the client may
R< > $* $| $#$*		$#$2
R< > $* $| RELAY	$@ RELAY
R< > $* $| $*		$: < > $1
_IF_FEATURE_(`promiscuous_relay', `_IF_FEATURE_(`block_bad_helo', `_UNLESS_FEATURE_(`delay_checks', `R< $* > $*		$: < $1 > $2 $| $>BadHelo
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')')dnl
R< > $*			$@ RELAY
R< $+ > $*		$#error $1
', `R< $* > $*		$: < $1 > $>Relay_ok $2
R< $* > $#TEMP $+	$#error $2
R< $* > $#$*		$#$2
R< $* > RELAY		$@ RELAY
R< $+ > $*		$#error $1
_IF_FEATURE_(`block_bad_helo', `_UNLESS_FEATURE_(`delay_checks', `R$*			$: $>BadHelo
')')dnl
R$*			$#error $@ 5.7.1 $: ifdef(`confRELAY_MSG', `confRELAY_MSG', `ifdef(`_TRUSTED_MECHANISMS_', `"550 Relaying denied. Proper authentication required."', `"550 Relaying denied"')')
')dnl
ifdef(`_REQUIRE_QUAL_RCPT_', `
# QualifiedRecipient: where the listener asks for it
SQualifiedRecipient
R< $* >			$: $1
R@			$#error $@ 5.1.3 $: "553 List:; syntax illegal for recipient addresses"
Rpostmaster		$@ ok
R$*			$: < $&{daemon_flags} > < $&{client_name} > $1
R< $* r $* > < $=w > $*	$@ ok
R< $* r $* > < $* > $+ @ $+	$@ ok
R< $* r $* > < $* > $*	$#error $@ 5.5.4 $: "553 Fully qualified domain name required"
')dnl

# Rcpt_ok: RELAY if anybody may send there
SRcpt_ok
R$*			$: $>_IF_FEATURE_(`loose_relay_check', `CanonAddr', `ParseRecipient') $1
R$* < @ $* . >		$: $1 < @ $2 >
_IF_FEATURE_(`bestmx_is_local', `ifdef(`_BESTMX_DOMAINS_', `R$* < @ $* $=B >	$: < $(bestmx $2 $3 $: ? $) > $1 < @ $2 $3 >
', `R$* < @ $+ >		$: < $(bestmx $2 $: ? $) > $1 < @ $2 >
')dnl
R< $=w . > $* $=O $* < @ $+ >	$@ $>Rcpt_ok $2 $3 $4
R< $=w . > $*		$@ RELAY
R< $+ > $+		$: $2
')dnl
_IF_FEATURE_(`blocklist_recipients', `
# Users and hosts that get no mail
R$*			$: < ? > $1
R< ? > $* < @ $=w >	$: < $1 @ $2 > $1 < @ $2 > $| $>SearchList < + To > $| < F:$1@$2 > < U:$1@ > < D:$2 > < >
R< ? > $* < @ $+ >	$: < $1 @ $2 > $1 < @ $2 > $| $>SearchList < + To > $| < F:$1@$2 > < D:$2 > < >
R< ? > $+		$: < $1 > $1 $| $>SearchList < + To > $| < U:$1@ > < >
R< $* > $* $| < REJECT >	$#error $@ 5.2.1 $: confRCPTREJ_MSG
R< $* > $* $| < OK >	$: $2
R< $* > $* $| < RELAY >	$: $2
R< $* > $* $| < ? >	$: $2
_IF_FEATURE_(`delay_checks', `ifdef(`_NO_OLD_SPAM_WORDS_', `', `R< $* > $* $| < SPAMFRIEND >	$: $2
R< $* > $* $| < SPAMHATER >	$: $2
')')dnl
R< $* > $* $| < $+ >	$@ $>AccessVerdict < $3 >
')dnl
_UNLESS_FEATURE_(`promiscuous_relay', `
# Who proved who he is may relay.
R$*			$: $1 $| $>RelayTLS
R$* $| $#$*		$#$2
R$* $| $*		$: $1
R$*			$: $1 $| $>Local_Relay_Auth $&{auth_type}
R$* $| $#$*		$#$2
R$* $| NO		$: $1
R$* $| $*		$: $1 $| $&{auth_type}
R$* $| 			$: $1
R$* $| $={TrustAuthMech}	$# RELAY
R$* $| $*		$: $1

# Domains that anybody may write to
R$* < @ >		$@ RELAY
ifdef(`_REJECT_nouucp_', `R$* ! $*		$@ REMOTE
')dnl
ifdef(`_REJECT_nopercenthack_', `R$* % $*		$@ REMOTE
')dnl
_IF_FEATURE_(`relay_entire_domain', `R$* < @ $* $=m >	$@ RELAY
')dnl
R$* < @ $=w >		$@ RELAY
_IF_FEATURE_(`relay_hosts_only', `R$* < @ $=R >		$@ RELAY
', `R$* < @ $* $=R >	$@ RELAY
')dnl
_IF_FEATURE_(`access_db', `ifdef(`_RELAY_FULL_ADDR_', `R$* < @ $+ >		$: < $1 < @ $2 > > $| $>SearchList < + To > $| < F:$1@$2 > < D:$2 > < F:$1@ > < >
', `R$* < @ $+ >		$: < $1 < @ $2 > > $| $>_IF_FEATURE_(`relay_hosts_only', `E', `D') < $2 > < ? > < + To > < >
')dnl
R$* $| < RELAY > $*	$@ RELAY
R$* $| < <TMPF> > $*	$#TEMP $@ 4.3.0 $: _TEMPORARY_FAILURE_(`ROK1')
R< $* > $| $*		$: $1
')dnl
_IF_FEATURE_(`relay_based_on_MX', `R$* < @ $+ >		$: < $(mxserved $2 $: ? $) > $1 < @ $2 >
R< $* : $=w . : $* > $*	$@ RELAY
R< $=w . : $* > $*	$@ RELAY
R< $* : $=w . > $*	$@ RELAY
R< $=w . > $*		$@ RELAY
R< $* <TEMP> > $* < @ $+ >	$#TEMP $@ 4.4.0 $: "450 Can not check MX records for recipient host " $3
R< $* > $*		$: $2
')dnl
R$* < @ $* >		$@ $1 < @ $2 >
R$+			$@ RELAY			no domain: for us
')dnl

# ParseRecipient: hosts that anybody may write to come off
SParseRecipient
R$*			$: $>CanonAddr $1
R< @ $* >		$@ < @ $1 >
R$* < @ $* . >		$: $1 < @ $2 >
R$- < @ $* >		$: $(dequote $1 $) < @ $2 >
R$* $=O $* < @ $+ >	$: < NO > $1 $2 $3 < @ $4 >
_IF_FEATURE_(`relay_entire_domain', `R< NO > $* < @ $* $=m >	$: < RELAY > $1 < @ $2 $3 >
')dnl
_IF_FEATURE_(`relay_hosts_only', `R< NO > $* < @ $=R >	$: < RELAY > $1 < @ $2 >
', `R< NO > $* < @ $* $=R >	$: < RELAY > $1 < @ $2 $3 >
')dnl
_IF_FEATURE_(`access_db', `R< NO > $* < @ $+ >	$: $>_IF_FEATURE_(`relay_hosts_only', `E', `D') < $2 > < NO > < + To > < $1 < @ $2 > >
R< $+ > < $+ >		$: < $1 > $2
')dnl
_IF_FEATURE_(`relay_based_on_MX', `R< NO > $* < @ $+ >	$: < : $(mxserved $2 $) : > < NO > $1 < @ $2 >
R< : $* <TEMP> : > < NO > $*	$#TEMP $@ 4.4.0 $: "450 Can not check MX records for recipient host " $1
R< $* : $=w . : $* > < NO > $*	$: < RELAY > $4
R< : $* : > < NO > $*	$: < NO > $2
')dnl
R< RELAY > $* < @ $* >	$@ $>ParseRecipient $1
R< @ $* >		$@ < @ $1 >			nobody, in quotes
R< $+ > $*		$@ $2

# Relay_ok: RELAY if this client may send anywhere
SRelay_ok
R$*			$: $&{client_addr}
R$@			$@ RELAY			not from the network
R0			$@ RELAY
R127.0.0.1		$@ RELAY
RIPv6:0:0:0:0:0:0:0:1	$@ RELAY
RIPv6:::1		$@ RELAY
R$=R			$@ RELAY
R$=R . $*		$@ RELAY			a network
ifdef(`NO_NETINET6', `', `R$=R : $*		$@ RELAY
')dnl
_IF_FEATURE_(`drac', `R$+			$: < $(drac $1 $: ? $) > $1
R< ? > $*		$: $1
R< $* <TMPF> > $*	$#TEMP $@ 4.3.0 $: _TEMPORARY_FAILURE_(`DRAC')
R< $+ > $*		$@ RELAY
')dnl
_IF_FEATURE_(`access_db', `R$+			$: $>A < $1 > < ? > < + Connect > < $1 >
R< RELAY > $*		$@ RELAY
R< <TMPF> > $*		$#TEMP $@ 4.3.0 $: _TEMPORARY_FAILURE_(`YOK1')
ifdef(`_FFR_REJECT_IP_IN_CHECK_RCPT_', `R< REJECT > $*		$@ REJECT				nothing below may allow it
')dnl
R< $* > < $* >		$: $2
')dnl
R$+			$: [ $1 ]
R$=w			$@ RELAY
_IF_FEATURE_(`relay_local_from', `R$*			$: < ? > $>CanonAddr $&f
R< ? > $+ < @ $=w . >	$@ RELAY
R< ? > $+ < @ $=w >	$@ RELAY
')dnl
_IF_FEATURE_(`relay_mail_from', `R$*			$: < ? > $>CanonAddr $&f
R< ? > $+ < @ $+ . >	$: < ? > $1 < @ $2 >
R< ? > $+ < @ $+ >	$: $>SearchList < ! From > $| < F:$1@$2 > ifdef(`_RELAY_MAIL_DOMAIN_', `< _IF_FEATURE_(`relay_hosts_only', `E', `D'):$2 > ')< >
R< RELAY >		$@ RELAY
R< <TMPF> >		$#TEMP $@ 4.3.0 $: _TEMPORARY_FAILURE_(`YOK2')
')dnl

# By its name, if that is confirmed
R$*			$: < $&{client_resolve} >
R< TEMP >		$#TEMP $@ 4.4.0 $: "450 Relaying temporarily denied. Cannot resolve PTR record for " $&{client_addr}
R< FORGED >		$#error $@ 5.7.1 $: "550 Relaying denied. IP name possibly forged " $&{client_name}
R< FAIL >		$#error $@ 5.7.1 $: "550 Relaying denied. IP name lookup failed " $&{client_name}
R$*			$: < ? > $&{client_name}
R< ? > $+		$: < ? > $>Canonify2 < @ $1 >
R< ? > $* < @ $+ . >	$: $2
R< ? > $* < @ $+ >	$: $2
R< ? > $*		$: $1
_IF_FEATURE_(`relay_entire_domain', `R$* $=m			$@ RELAY
')dnl
R$=w			$@ RELAY
_IF_FEATURE_(`relay_hosts_only', `R$=R			$@ RELAY
', `R$* $=R			$@ RELAY
')dnl
_IF_FEATURE_(`access_db', `R$+			$: $>_IF_FEATURE_(`relay_hosts_only', `E', `D') < $1 > < ? > < + Connect > < $1 >
R< RELAY > $*		$@ RELAY
R< <TMPF> > $*		$#TEMP $@ 4.3.0 $: _TEMPORARY_FAILURE_(`YOK3')
R< $* > < $* >		$: $2
')dnl
