
#####################################################################
# Authentication
#####################################################################

# trust_auth: may the one who logged in speak for the one in AUTH= ?
SLocal_trust_auth

Strust_auth
R$*			$: < $&{auth_type} > $1
R< > $*			$#error $@ 5.7.1 $: "550 not authenticated"
R< $* > $*		$: $2
R$&{auth_authen}	$@ identical
R< $&{auth_authen} >	$@ identical
R$*			$: $1 $| $>Local_trust_auth $1
R$* $| $#$*		$#$2
R$*			$#error $@ 5.7.1 $: "550 " $&{auth_authen} " not allowed to act as " $&{auth_author}

# Local_Relay_Auth: the mechanism; NO means that it does not allow to relay.
SLocal_Relay_Auth

# authinfo: server name $| server address to our credentials
Sauthinfo
_IF_FEATURE_(`authinfo', `R$*			$: < $(authinfo AuthInfo:$&{server_name} $: ? $) >
R< ? >			$: < $(authinfo AuthInfo:$&{server_addr} $: ? $) >
R< ? >			$: < $(authinfo AuthInfo: $: ? $) >
R< ? >			$@ no
R< $* >			$# $1
', `_IF_FEATURE_(`access_db', `R$*			$: $>D < $&{server_name} > < ? > < ! AuthInfo > < >
R< ? > < >		$: $>A < $&{server_addr} > < ? > < ! AuthInfo > < >
R< ? > < >		$: < $(access AuthInfo: $: ? $) > < >
R< ? > < >		$@ no
R< $* > < >		$# $1
')')dnl
