dnl  What can only be judged when the whole site file was read: defines that mean
dnl  something else today, and features that miss another.
_IF_FEATURE_(`ldap_routing', `ifdef(`confLDAP_DEFAULT_SPEC', `', `ifdef(`_LDAP_DEFAULT_TABLE_', `_COMPLAIN_(`WARNING: Using default FEATURE(ldap_routing) map definition(s)
without setting confLDAP_DEFAULT_SPEC option.')')')')
ifelse(ifdef(`_SPAM_FRIEND_', `x')`'ifdef(`_SPAM_HATER_', `x'), `', `', `_IF_FEATURE_(`access_db', `',
	`_COMPLAIN_(`*** ERROR: FEATURE(`delay_checks', `argument') requires FEATURE(`access_db')')')')
ifelse(ifdef(`_SPAM_FRIEND_', `x')`'ifdef(`_SPAM_HATER_', `x'), `xx',
	`_COMPLAIN_(`*** ERROR: define either Hater or Friend -- not both.')')
ifdef(`confREAD_TIMEOUT', `_COMPLAIN_(`*** confREAD_TIMEOUT is obsolete.
    Use one or more of the confTO_<timeout> parameters instead.')')
ifdef(`confDEF_GROUP_ID', `_COMPLAIN_(`*** confDEF_GROUP_ID is obsolete.
    Use confDEF_USER_ID with a colon in the value instead.')')
ifdef(`confAUTO_REBUILD', `_COMPLAIN_(`WARNING: confAUTO_REBUILD is no longer valid.
    It has no effect.')')
ifdef(`confUNSAFE_GROUP_WRITES', `_COMPLAIN_(`WARNING: confUNSAFE_GROUP_WRITES is deprecated; use confDONT_BLAME_SENDMAIL.')')
ifelse(index(defn(`confMIN_FREE_BLOCKS'), `/'), `-1', `',
	`_COMPLAIN_(`*** confMIN_FREE_BLOCKS: a value with a slash is obsolete; use confMAX_MESSAGE_SIZE for the second part.')')
ifelse(substr(confDELIVERY_MODE, 0, 1), `d',
	`_COMPLAIN_(`WARNING: Antispam rules not available in deferred delivery mode.')')
ifdef(`_USE_DEPRECATED_ROUTE_ADDR_', `_COMPLAIN_(`NOTE: _USE_DEPRECATED_ROUTE_ADDR_ has no effect here')')
ifdef(`_FFR_5_', `_COMPLAIN_(`NOTE: _FFR_5_ has no effect here')')
dnl
dnl  The old form "return/warn" of two timeouts.
ifdef(`confMESSAGE_TIMEOUT', `ifelse(index(confMESSAGE_TIMEOUT, `/'), `-1',
	`define(`confTO_QUEUERETURN', confMESSAGE_TIMEOUT)',
	`define(`confTO_QUEUERETURN', substr(confMESSAGE_TIMEOUT, 0, index(confMESSAGE_TIMEOUT, `/')))
	 define(`confTO_QUEUEWARN', substr(confMESSAGE_TIMEOUT, incr(index(confMESSAGE_TIMEOUT, `/'))))')')
dnl
dnl  The old spellings of two macros.
_IF_SAID_(`confDAEMON_OPTIONS', `_COMPLAIN_(`WARNING: confDAEMON_OPTIONS is obsolete.  Use DAEMON_OPTIONS() instead.')
	DAEMON_OPTIONS(defn(`confDAEMON_OPTIONS'))')
_IF_SAID_(`confCLIENT_OPTIONS', `_COMPLAIN_(`WARNING: confCLIENT_OPTIONS is obsolete.  Use CLIENT_OPTIONS() instead.')
	CLIENT_OPTIONS(defn(`confCLIENT_OPTIONS'))')
