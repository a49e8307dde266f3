# TLS settings by host: client or server name $| address to  key=value; ...
Stls_srv_features
_IF_FEATURE_(`access_db', `_IF_FEATURE_(`tls_session_features', `R$* $| $*		$: $>D < $1 > < ? > < ! TLS_Srv_features > < $2 >
R< ? > < $* >		$: $>A < $1 > < ? > < ! TLS_Srv_features > < $1 >
R< ? > < $* >		$@ ""
R< <TMPF> > < $* >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TF')
R< $+ > < $* >		$@ $1
')', `_IF_FEATURE_(`tls_session_features', `R$*			$@ ""
')')dnl

Stls_clt_feat_acc
_IF_FEATURE_(`access_db', `R$* $| $*		$: $>D < $1 > < ? > < ! TLS_Clt_features > < $2 >
R< ? > < $* >		$: $>A < $1 > < ? > < ! TLS_Clt_features > < $1 >
R< ? > < $* >		$@ ""
R< <TMPF> > < $* >	$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`TF')
R< $+ > < $* >		$@ $1
')dnl
R$*			$@ ""

Stls_clt_features
_IF_FEATURE_(`sts', `R$* $| $*		$: < $&{client_flags} > $>tls_clt_feat_acc $1 $| $2
R< $* MM $* > $*	$@ $3				no policies for this one
R< $* > $#$*		$#$2
R< $* > $*		$: $2 $| $>StsPolicy
R$* $| secure $*	$: < $&{sts_sni} > $1
R$* $| $*		$@ $1
R< > ""			$@ sts=secure; servername=hostname
R< > $*			$@ $1 ; sts=secure; servername=hostname
R< $* > $*		$@ $2
', `R$* $| $*		$@ $>tls_clt_feat_acc $1 $| $2
')dnl
R$*			$@ ""

