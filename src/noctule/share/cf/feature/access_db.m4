dnl  The access table: who may connect, send, be written to and relay.
dnl
dnl  FEATURE(`access_db'[, map][, `skip'][, `lookupdotdomain'][, `relaytofulladdress'])
dnl  The words may come in any order after the map; see rules/access.m4.
_IF_FEATURE_(`greet_pause', `ifdef(`_GREET_PAUSE_TABLE_', `',
	`_COMPLAIN_(`*** WARNING: FEATURE(`greet_pause') before FEATURE(`access_db')
	greet_pause will not use access_db!')')')
define(`_ACCESS_WORD_', `ifelse(lower(`$1'), `skip', `define(`_ACCESS_SKIP_')',
	lower(`$1'), `lookupdotdomain', `define(`_FEATURE_lookupdotdomain_')',
	lower(`$1'), `relaytofulladdress', `define(`_RELAY_FULL_ADDR_')')')
_ACCESS_WORD_(defn(`_ARG2_'))
_ACCESS_WORD_(defn(`_ARG3_'))
_ACCESS_WORD_(defn(`_ARG4_'))
dnl  A table that cannot be asked must say so, or everything would be allowed.
define(`_ACCESS_MAP_', defn(`_ARG_'))
ifelse(defn(`_ARG_'), `', `define(`_ACCESS_MAP_', `DATABASE_MAP_TYPE -T<TMPF> MAIL_SETTINGS_DIR`'access')',
	defn(`_ARG_'), `LDAP', `define(`_ACCESS_MAP_', `_LDAP_TABLE_(`access', ` -T<TMPF>')')',
	index(_ARG_, `sequence'), `0', `',
	index(_ARG_, `-T<TMPF>'), `-1', `_COMPLAIN_(`*** WARNING: missing -T<TMPF> in argument of FEATURE(`access_db', '_ARG_`)')
define(`_ACCESS_MAP_', _FIRST_WORD_(_ARG_)` -T<TMPF>'_OTHER_WORDS_(_ARG_))')
LOCAL_CONFIG
Kaccess _ACCESS_MAP_
