# Parse1: where the mail goes.  The first rule that resolves wins.
SParse1
_IF_FEATURE_(`ldap_routing', `
# Routed by the directory
R$+ < @ $={LDAPRoute} . >	$: $>LDAPExpand < $1 @ $2 > < > $1 < @ $2 . >
R$+ < @ $={LDAPRouteEquiv} . >	$: $>LDAPExpand < $1 @ $M > < > $1 < @ $2 . >
')dnl
ifdef(`_MAILER_smtp_', `
# Address literals: the site is asked once more, then the smart host, but
# as a bare name it is reached by the mailer for SMTP.
R$* < @ [ $+ ] > $*		$: $>ParseLocal $1 < @ [ $2 ] > $3
R$* < @ [ $+ ] > $*		$: < $S > < [ $2 ] > $1 < @ [ $2 ] > $3
R< > < $+ > $*			$# confSMTP_MAILER $@ $1 $: $2
R< $- : $+ > < $+ > $*		$# $1 $@ $2 $: $4
R< $+ > < $+ > $*		$# confSMTP_MAILER $@ $1 $: $3
')dnl
_IF_FEATURE_(`virtusertable', `
# Virtual domains
include(_CF_DIR_`rules/virtusertable.m4')dnl
')dnl
ifdef(`_MAILER_usenet_', `R$+ .USENET < @ $=w . >		$# usenet $@ usenet $: $1
')dnl

# Ourselves
_IF_FEATURE_(`stickyhost', `ifdef(`MAIL_HUB', `R$+ < @ $=w . >		$: < $H > $1 < @ $2 . >
R< $+ > $+ < @ $=w . >		$: $>MailerToTriple < $1 > $2 < @ $3 . >
')dnl
R$+ + $* < @ $=w . >		$# confLOCAL_MAILER $: $1 + $2
R$+ < @ $=w . >			$# confLOCAL_MAILER $: @ $1
', `R$=L < @ $=w . >		$# confLOCAL_MAILER $: @ $1
R$+ < @ $=w . >			$# confLOCAL_MAILER $: $1
')dnl
_IF_FEATURE_(`mailertable', `
# Routed by the table
R$* < @ $+ > $*			$: < $2 > $1 < @ $2 > $3
R< $+ . > $*			$: < $1 > $2
R< $+ > $*			$: < > < $1 > $2
R< > < $+ > $*			$: < $(mailertable $1 $) > $2
R< $- : $* > $*			$: $>MailerToTriple < $1 : $2 > $3
R< $+ > $*			$: $>Mailertable < $1 > $2
')dnl
undivert(4)dnl
ifdef(`_SITECONFIG_V_', `R$* < @ $=V .UUCP . > $*	$: $>MailerToTriple < $V > $1 < @ $2 .UUCP . > $3
')dnl
ifdef(`_SITECONFIG_W_', `R$* < @ $=W .UUCP . > $*	$: $>MailerToTriple < $W > $1 < @ $2 .UUCP . > $3
')dnl
ifdef(`_SITECONFIG_X_', `R$* < @ $=X .UUCP . > $*	$: $>MailerToTriple < $X > $1 < @ $2 .UUCP . > $3
')dnl

# Pseudo domains and their relays
ifdef(`BITNET_RELAY', `R$* < @ $+ .BITNET . > $*	$: $>MailerToTriple < $B > $1 < @ $2 .BITNET . > $3
')dnl
ifdef(`DECNET_RELAY', `R$* < @ $+ .DECNET . > $*	$: $>MailerToTriple < $C > $1 < @ $2 .DECNET . > $3
')dnl
ifdef(`_MAILER_pop_', `R$+ < @ POP . >			$# pop $: $1
')dnl
ifdef(`_MAILER_fax_', `R$+ < @ $+ .FAX . >		$# fax $@ $2 $: $1
', `ifdef(`FAX_RELAY', `R$* < @ $+ .FAX . > $*		$: $>MailerToTriple < $F > $1 < @ $2 .FAX . > $3
')')dnl
ifdef(`UUCP_RELAY', `R$* < @ $+ .UUCP . > $*		$: $>MailerToTriple < $Y > $1 < @ $2 .UUCP . > $3
', `ifdef(`_MAILER_uucp_', `R$* < @ $+ .UUCP . > $*		$# confUUCP_MAILER $@ $2 $: $1 < @ $2 .UUCP . > $3
')')dnl
ifdef(`_MAILER_usenet_', `R$+ .USENET			$# usenet $@ usenet $: $1
')dnl
ifdef(`_NET_CONFIG_', `undivert(1)')dnl

# All other hosts: the smart host, else directly
R$* < @ $* > $*			$: < $S > $1 < @ $2 > $3
R< $+ > $*			$: $>MailerToTriple < $1 > $2
R< > $*				$: $1
ifdef(`_MAILER_smtp_', `R$* < @ $* > $*			$# confSMTP_MAILER $@ $2 $: $1 < @ $2 > $3
', `R$* < @ $* > $*			$#error $@ 5.1.2 $: "553 Unrecognized host name " $2
')dnl

# A name without host lives here.
R$=L				$# confLOCAL_MAILER $: @ $1
R$+				$# confLOCAL_MAILER $: $1

