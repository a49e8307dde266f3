
#####################################################################
# TLS and what the access table wants of it
#####################################################################
define(`_TLS_REPLY_', ifdef(`TLS_PERM_ERR', ``554'', ``454''))dnl
define(`_TLS_STATUS_', ifdef(`TLS_PERM_ERR', ``5.7.0'', ``4.7.0''))dnl
define(`_HOOKED_', `ifdef(`_HOOK_$1_', `R$`'*			$: $`'1 $| $>Local_$1 $`'1
R$`'* $| $`'#$`'*		$`'#$`'2
R$`'* $| $`'*		$: $`'1
')')dnl
dnl  _TLS_TABLE_(tag, name macro, address macro): value and mark for three keys
define(`_CONNECTION_KEYS_', `R$`'*			$: $`'1 $| $>D < $&{$2} > < ? > < ! $1 > < >
R$`'* $| < ? > < >	$: $`'1 $| $>A < $&{$3} > < ? > < ! $1 > < >
R$`'* $| < ? > < >	$: $`'1 $| < $(access $1: $: ? $) > < >
')dnl

# RelayTLS: a certificate that may relay
SRelayTLS
_IF_FEATURE_(`access_db', `R$*			$: < $&{verify} >
R< $={TlsVerified} >	$: < ifdef(`_CERT_REGEX_ISSUER_', `$(CERTIssuer $&{cert_issuer} $)', `$&{cert_issuer}') >
R< $+ >			$: < $(access CERTISSUER:$1 $: ? $) >
R< RELAY >		$# RELAY
R< SUBJECT >		$: < @ > < ifdef(`_CERT_REGEX_SUBJECT_', `$(CERTSubject $&{cert_subject} $)', `$&{cert_subject}') >
R< @ > < $+ >		$: < $(access CERTSUBJECT:$1 $: ? $) >
R< RELAY >		$# RELAY
')dnl
R$*			$: NO

# srv_features, clt_features, try_tls
Ssrv_features
_HOOKED_(`srv_features')dnl
_IF_FEATURE_(`access_db', `_CONNECTION_KEYS_(`Srv_Features', `client_name', `client_addr')dnl
R$* $| < ? > < >		$@ OK
R$* $| < <TMPF> > < >	$# temp
R$* $| < $+ > < >		$# $2
')dnl

Sclt_features
_HOOKED_(`clt_features')dnl
_IF_FEATURE_(`access_db', `_CONNECTION_KEYS_(`Clt_Features', `client_name', `client_addr')dnl
R$* $| < ? > < >		$@ OK
R$* $| < <TMPF> > < >	$# temp
R$* $| < $+ > < >		$# $2
')dnl

Stry_tls
_HOOKED_(`try_tls')dnl
_IF_FEATURE_(`access_db', `_CONNECTION_KEYS_(`Try_TLS', `server_name', `server_addr')dnl
R$* $| < NO > < >	$#error $@ 5.7.1 $: "550 do not try TLS with " $&{server_name} " [" $&{server_addr} "]"
R$* $| < <TMPF> > < >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TT')
R$* $| < $* > < >	$@ OK
')dnl

# tls_rcpt: recipient of the connection to a server
Stls_rcpt
_HOOKED_(`tls_rcpt')dnl
_IF_FEATURE_(`sts', `R$*			$: $1 $| $>StsPolicy
R$* $| $#$*		$#$2
R$* $| secure $*	$: $1 $| $>StsNames secure $2
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl
_IF_FEATURE_(`access_db', `R$*			$: $(macro {TLS_Name} $@ $&{server_name} $) $1
R$*			$: < ? > $>CanonAddr $1
R< ? > $* < @ $+ . >	$: < ? > $1 < @ $2 >
R< ? > $+ < @ $+ >	$: $1 @ $2 $| $>SearchList < ! TLS_Rcpt > $| < F:$1@$2 > < U:$1@ > < D:$2 > < E: > < >
R< ? > $+		$: $1 $| $>SearchList < ! TLS_Rcpt > $| < U:$1@ > < E: > < >
R$* $| < ? >		$@ OK
R$* $| < <TMPF> >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TR')
R$* $| < $+ >		$@ $>TLS_connection $&{verify} $| < $2 >
')dnl

# tls_client: verify $| MAIL or STARTTLS, from clients
Stls_client
R$*			$: $(macro {TLS_Name} $@ $&{client_name} $) $1
_HOOKED_(`tls_client')dnl
_IF_FEATURE_(`access_db', `R$* $| $*		$: $1
_CONNECTION_KEYS_(`TLS_Clt', `client_name', `client_addr')dnl
R$* $| < <TMPF> > < >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TC')
R$* $| < ? > < >	$: $1 $| < >
R$* $| < $* > < >	$: $1 $| < $2 >
R$* $| < $* >		$@ $>TLS_connection $1 $| < $2 >
', `R$* $| $*		$@ $>TLS_connection $1
R$*			$@ $>TLS_connection $1
')dnl

# tls_server: verify, of a server
Stls_server
R$*			$: $(macro {TLS_Name} $@ $&{server_name} $) $1
_HOOKED_(`tls_server')dnl
_IF_FEATURE_(`sts', `R$*			$: $1 $| $>StsPolicy
R$* $| $#$*		$#$2
R$* $| secure $*	$: $1 $| $>TLS_connection $1 $| < TEMP + VERIFY:128 >
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl
_IF_FEATURE_(`access_db', `_CONNECTION_KEYS_(`TLS_Srv', `server_name', `server_addr')dnl
R$* $| < <TMPF> > < >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TS')
R$* $| < ? > < >	$: $1 $| < >
R$* $| < $* > < >	$: $1 $| < $2 >
R$* $| < $* >		$@ $>TLS_connection $1 $| < $2 >
', `R$*			$@ $>TLS_connection $1
')dnl

include(_CF_DIR_`rules/tls_connection.m4')dnl
_IF_FEATURE_(`sts', `include(_CF_DIR_`rules/sts.m4')')dnl
ifelse(_IF_FEATURE_(`sts', `x')`'_IF_FEATURE_(`tls_session_features', `x'), `', `', `include(_CF_DIR_`rules/tls_session.m4')')dnl
