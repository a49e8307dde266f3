dnl  The parts of the finished file that a site fills, each a diversion.
dnl
dnl    1  rules before the smart host        6  free configuration, maps
dnl    2  rules inside canonification        7  mailers
dnl    3  rules of our own in ruleset 0      8  connection checks, DNS lists
dnl    4  rules for UUCP                     9  rulesets
dnl    5  classes
define(`LOCAL_CONFIG', `divert(6)')
define(`LOCAL_RULE_0', `divert(3)')
define(`LOCAL_RULE_1', `divert(9)
Ssender=1')
define(`LOCAL_RULE_2', `divert(9)
Srecipient=2')
define(`LOCAL_RULE_3', `divert(2)')
define(`LOCAL_RULESETS', `divert(9)')
define(`LOCAL_NET_CONFIG', `define(`_NET_CONFIG_')divert(1)')
define(`LOCAL_DNSBL', `divert(8)')
define(`LOCAL_UUCP', `divert(4)')
define(`MAILER_DEFINITIONS', `divert(7)')
dnl
dnl  LOCAL_TLS_CLIENT and its kin: the body of a ruleset that the check of the
dnl  same name calls first.  _HOOK_SECTION_(macro, ruleset)
define(`_HOOK_SECTION_', `define(`$1', `ifdef(`_MAILER_DEFINED_', `', `_COMPLAIN_(`*** WARNING: MAILER() should be before $1')')dnl
define(`_HOOK_$2_')divert(9)
SLocal_$2')')
_HOOK_SECTION_(`LOCAL_SRV_FEATURES', `srv_features')
_HOOK_SECTION_(`LOCAL_CLT_FEATURES', `clt_features')
_HOOK_SECTION_(`LOCAL_TRY_TLS', `try_tls')
_HOOK_SECTION_(`LOCAL_TLS_RCPT', `tls_rcpt')
_HOOK_SECTION_(`LOCAL_TLS_CLIENT', `tls_client')
_HOOK_SECTION_(`LOCAL_TLS_SERVER', `tls_server')
