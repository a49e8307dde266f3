# TLS_connection: verify [$| < requirement >]
STLS_connection
R$* $| < $* >		$: < > $1 $| $2
R$-			$: < > $1 $|
R< > $* $| PERM + $={Tls} $*	$: < 503:5.7.0 > $1 $| $2 $3
R< > $* $| TEMP + $={Tls} $*	$: < 403:4.7.0 > $1 $| $2 $3
R< > $* $| $*		$: < _TLS_REPLY_:_TLS_STATUS_ > $1 $| $2
R< $- : $+ > SOFTWARE $| $*	$#error $@ $2 $: $1 " TLS handshake failed."
R< $- : $+ > PROTOCOL $| $*	$#error $@ $2 $: $1 " STARTTLS failed."
R< $- : $+ > DANE_FAIL $| $*	$#error $@ $2 $: $1 " DANE check failed."
R< $- : $+ > CONFIG $| $*	$#error $@ $2 $: $1 " STARTTLS temporarily not possible."
R< $+ > $* $| $*	$: < $1 > $2 $| $3 < >
R< $+ > $* $| $={Tls} < >	$: < $1 > $3 : 0 < > $2
R< $+ > $* $| $={Tls} + $+ < >	$: < $1 > $3 : 0 < $4 > $2
R< $+ > $* $| $={Tls} : $- < >	$: < $1 > $3 : $4 < > $2
R< $+ > $* $| $={Tls} : $- + $+ < >	$: < $1 > $3 : $4 < $5 > $2
R< $+ > $* $| $*		$@ OK				no requirement

# < code > kind : bits < extensions > verify
R< $+ > VERIFY : $- < $* > $={TlsVerified}	$: < $1 > ENCR : $2 < $3 >
R< $- : $+ > VERIFY : $- < $* >	$#error $@ $2 $: $1 " authentication required"
R< $- : $+ > VERIFY : $- < $* > FAIL	$#error $@ $2 $: $1 " authentication failed"
R< $- : $+ > VERIFY : $- < $* > NO	$#error $@ $2 $: $1 " not authenticated"
R< $- : $+ > VERIFY : $- < $* > NOT	$#error $@ $2 $: $1 " no authentication requested"
R< $- : $+ > VERIFY : $- < $* > NONE	$#error $@ $2 $: $1 " other side does not support STARTTLS"
R< $- : $+ > VERIFY : $- < $* > CLEAR	$#error $@ $2 $: $1 " STARTTLS disabled locally"
R< $- : $+ > VERIFY : $- < $* > $+	$#error $@ $2 $: $1 " authentication failure " $4
R< $+ > ENCR : $- < $* > $*	$: < $1 > < $2 > < $3 > $>max $&{cipher_bits} : $&{auth_ssf}
R< $+ > < $- > < $* > $-	$: < $1 > < $2 > < $3 > $4 < $(arith l $@ $4 $@ $2 $) >
R< $- : $+ > < $- > < $* > $- < TRUE >	$#error $@ $2 $: $1 " encryption too weak " $5 " less than " $3
R< $+ > < $- > < $* > $- < $* >	$@ $>TLS_req < $1 > < > < $3 >

# TLS_req: < code > < extension > < more of them >
STLS_req
R< $+ > < > < >		$@ OK
R< $+ > < > < $+ + + $* >	$: < $1 > < $2 > < $3 >
R< $+ > < > < $+ >	$: < $1 > < $2 > < >
R< $+ > < CN > < $* >	$: < $1 > < CN : $&{TLS_Name} > < $2 >
R< $+ > < CN : $&{cn_subject} > < $* >	$@ $>TLS_req < $1 > < > < $2 >
ifdef(`_FFR_TLS_ALTNAMES', `R< $+ > < CN : $={cert_altnames} > < $* >	$@ $>TLS_req < $1 > < > < $3 >
R< $+ > < CN : $- . $+ > < $* >	$: < $1 > < CN : $2 . $3 > < $4 > $| *.$3
R< $+ > < CN : $+ > < $* > $| $={cert_altnames}	$@ $>TLS_req < $1 > < > < $3 >
R< $+ > < CN : $+ > < $* > $| $*	$: < $1 > < CN : $2 > < $3 >
')dnl
R< $- : $+ > < CN : $* > < $* >	$#error $@ $2 $: $1 " CN " $&{cn_subject} " does not match " $3
R< $+ > < CS : $&{cert_subject} > < $* >	$@ $>TLS_req < $1 > < > < $2 >
R< $- : $+ > < CS : $* > < $* >	$#error $@ $2 $: $1 " Cert Subject " $&{cert_subject} " does not match " $3
R< $+ > < CI : $&{cert_issuer} > < $* >	$@ $>TLS_req < $1 > < > < $2 >
R< $- : $+ > < CI : $* > < $* >	$#error $@ $2 $: $1 " Cert Issuer " $&{cert_issuer} " does not match " $3
_IF_FEATURE_(`access_db', `R< $+ > < CITag : $- > < $* >	$: < $1 > < $2 > < $3 > < $(access $2:$&{cert_issuer} $: ? $) >
R< $+ > < $- > < $* > < OK >	$@ $>TLS_req < $1 > < > < $3 >
R< $- : $+ > < $- > < $* > < $* >	$#error $@ $2 $: $1 " Cert Issuer " $&{cert_issuer} " not acceptable"
')dnl
R$*			$@ OK

# max: a : b to the greater number
Smax
R :			$@ 0
R : $-			$@ $1
R$- :			$@ $1
R$- : $-		$: < $(arith l $@ $1 $@ $2 $) > $1 : $2
R< TRUE > $- : $-	$@ $2
R< $* > $- : $-		$@ $2

