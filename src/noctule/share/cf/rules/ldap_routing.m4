# LDAPExpand: < key > < detail > address
#
# The directory may name another address (mailRoutingAddress), another host
# (mailHost), both or nothing.  The keys are the address, the address without
# detail and the domain.  Within:
# < new address > < host > < key > < detail > address
SLDAPExpand
R< $+ > < $* > $+		$: < $(ldapmra $1 $: $) > < $(ldapmh $1 $: $) > < $1 > < $2 > $3
R< $* <TMPF> > < $* > < $+ > < $* > $+	$: < <TMPF> > $5
R< $* > < $* <TMPF> > < $+ > < $* > $+	$: < <TMPF> > $5
ifdef(`_LDAP_TEMPFAIL_', `R< <TMPF> > $+			$: < $&{addr_type} > < $&{opMode} > < <TMPF> > $1
R< e r > < $={SMTPOpModes} > < <TMPF> > $+	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`OPM')
R< $* > < $* > < <TMPF> > $+	$: < <TMPF> > $3
')dnl
R< <TMPF> > $+			$@ $1				it waits in the queue
ifdef(`_LDAP_DETAIL_', `R< > < > < $+ + $* @ $+ > < > $+	$@ $>LDAPExpand < $1 @ $3 > < + $2 > $4
')dnl
ifdef(`_LDAP_NO_DOMAIN_', `', `R< > < > < $+ @ $+ > < $* > $+	$@ $>LDAPExpand < @ $2 > < $3 > $4
')dnl
ifdef(`_LDAP_BOUNCE_', `R< > < > < $+ > < $* > $+	$: < $&{addr_type} > < > < > < > < > $3
R< e r > < > < > < > < > $+	$#error $@ nouser $: "550 User unknown"
ifelse(defn(`_LDAP_BOUNCE_'), `sendertoo', `R< e s > < > < > < > < > $+	$#error $@ nouser $: "550 User unknown"
')dnl
R< $* > < > < > < > < > $+	$@ $2
', `R< > < > < $+ > < $* > $+	$@ $3
')dnl
ifelse(defn(`_LDAP_DETAIL_'), `preserve', `R< $+ @ $+ > < $* > < $+ > < + $* > $+	$: < $1 + $5 @ $2 > < $3 > < $4 > < > $6
')dnl
R< $* > < $=w > < $+ > < $* > $+	$: < $1 > < > < $3 > < $4 > $5
R< $+ > < > < $+ > < $* > $+	$@ $>Parse0 $>canonify $1	another address here
R< > < > < $+ > < $* > $+	$@ $3				a user of this host
R< > < $+ > < $+ > < $* > $+	$@ $>LDAPHost < $1 > $4
R< $+ > < $+ > < $+ > < $* > $+	$@ $>LDAPHost < $2 > $>canonify $1

# LDAPHost: < host > address, sent there
SLDAPHost
_IF_FEATURE_(`mailertable', `R< $+ > $*		$: < $(mailertable $1 $) > < $1 > $2
R< $- : $* > < $+ > $*	$@ $>MailerToTriple < $1 : $2 > $4
R< $+ > < $+ > $*	$: < $2 > $>Mailertable < $1 > $3
R< $+ > $# $*		$# $2
')dnl
R< $+ > $*		$# confRELAY_MAILER $@ $1 $: $2

