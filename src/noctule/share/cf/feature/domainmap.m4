dnl  A table of users for one domain; who is not in it does not exist.
dnl
dnl  FEATURE(`domainmap', domain, map)
ifelse(defn(`_ARG2_'), `', `_COMPLAIN_(`*** ERROR: FEATURE(`domainmap') needs a domain and a map')')
define(`_DOMAIN_MAP_', `domain_'translit(defn(`_ARG_'), `.', `_'))
LOCAL_CONFIG
K`'_DOMAIN_MAP_ _FIRST_WORD_(defn(`_ARG2_')) -T<TMPF>`'_OTHER_WORDS_(defn(`_ARG2_'))
C{MappedDomain} _ARG_
ifdef(`_DOMAIN_MAPS_', `', `define(`_DOMAIN_MAPS_')dnl
LOCAL_RULESETS
# DomainMapLookup: < value > of a table of users, to where the mail goes
SDomainMapLookup
R< ? >			$#error $@ 5.1.1 $: "550 email address lookup in domain map failed"
R< $* <TMPF> >		$#error $@ 4.3.0 $: _TEMPORARY_FAILURE_(`DM')
R< $+ >			$@ $>Recurse $1
')dnl
LOCAL_RULE_0
R$+ $=O $* < @ _ARG_ . >	$@ $>Recurse $1 $2 $3
R$+ + $* < @ _ARG_ . >	$: $1 < @ _ARG_ . >
R$- < @ _ARG_ . >	$: $(dequote $1 $) < @ _ARG_ . >
R$+ < @ _ARG_ . >	$@ $>DomainMapLookup < $(_DOMAIN_MAP_ $1 $: ? $) >
