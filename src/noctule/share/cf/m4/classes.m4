dnl  The macros that fill classes.  Each comes in two forms: NAME(words) and
dnl  NAME_FILE(file).  Everything after the call on its line is swallowed.
dnl  _CLASS_MACRO_(NAME, class, what it turns on)
define(`_CLASS_MACRO_', `dnl
define(`$1', `$3PUSHDIVERT(5)C{$2}'DOL(1)`
POPDIVERT`'dnl`'')dnl
define(`$1_FILE', `$3PUSHDIVERT(5)F{$2}'DOL(1)`
POPDIVERT`'dnl`'')')
_CLASS_MACRO_(`CANONIFY_DOMAIN', `Canonify', `define(`_CANONIFY_CLASS_')')
_CLASS_MACRO_(`EXPOSED_USER', `E')
_CLASS_MACRO_(`GENERICS_DOMAIN', `G')
_CLASS_MACRO_(`LDAPROUTE_DOMAIN', `LDAPRoute')
_CLASS_MACRO_(`LDAPROUTE_EQUIVALENT', `LDAPRouteEquiv')
_CLASS_MACRO_(`LOCAL_DOMAIN', `w')
_CLASS_MACRO_(`LOCAL_USER', `L')
_CLASS_MACRO_(`MASQUERADE_DOMAIN', `M')
_CLASS_MACRO_(`MASQUERADE_EXCEPTION', `N')
_CLASS_MACRO_(`RELAY_DOMAIN', `R')
_CLASS_MACRO_(`VIRTUSER_DOMAIN', `VirtHost', `define(`_VIRTUAL_CLASS_')')
dnl
dnl  There is no file of mechanisms.  Who may relay after a login is told so when
dnl  somebody did not log in: see rules/check_rcpt.m4.
define(`TRUST_AUTH_MECH', `define(`_TRUSTED_MECHANISMS_')PUSHDIVERT(5)C{TrustAuthMech}$1
POPDIVERT`'dnl`'')
