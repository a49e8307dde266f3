dnl  MODIFY_MAILER_FLAGS and the arithmetic on flag letters behind it.
dnl
dnl  "+abc" adds, "-abc" removes, anything else replaces.  Calls add up: letters
dnl  to remove and letters to add are collected apart, removal comes first, and a
dnl  replacement ends both.
define(`MODIFY_MAILER_FLAGS', `dnl
ifelse(substr(`$2', 0, 1), `+', `define(`_FLAGS_ADD_$1_', ifdef(`_FLAGS_ADD_$1_', `defn(`_FLAGS_ADD_$1_')')`'substr(`$2', 1))',
	substr(`$2', 0, 1), `-', `define(`_FLAGS_DROP_$1_', ifdef(`_FLAGS_DROP_$1_', `defn(`_FLAGS_DROP_$1_')')`'substr(`$2', 1))',
	`define(`_FLAGS_REPLACE_$1_', `$2')')')
dnl
dnl  _MODMF_(flags, NAME): the flags after all changes to NAME.
define(`_MODMF_', `ifdef(`_FLAGS_REPLACE_$2_', `defn(`_FLAGS_REPLACE_$2_')',
	`_ADD_FLAGS_(_DROP_FLAGS_(`$1', ifdef(`_FLAGS_DROP_$2_', `defn(`_FLAGS_DROP_$2_')')),
		ifdef(`_FLAGS_ADD_$2_', `defn(`_FLAGS_ADD_$2_')'))')')
dnl
dnl  _ADDCHAR_(flags, letter) unless it is there; _DELCHAR_(flags, letter) the first one.
define(`_ADDCHAR_', `ifelse(index(`$1', `$2'), `-1', ``$1$2'', ``$1'')')
define(`_DELCHAR_', `ifelse(index(`$1', `$2'), `-1', ``$1'',
	``'substr(`$1', 0, index(`$1', `$2'))`'substr(`$1', incr(index(`$1', `$2')))')')
dnl
dnl  The same for every letter of the second argument.
define(`_ADD_FLAGS_', `ifelse(`$2', `', ``$1'',
	`_ADD_FLAGS_(_ADDCHAR_(`$1', substr(`$2', 0, 1)), substr(`$2', 1))')')
define(`_DROP_FLAGS_', `ifelse(`$2', `', ``$1'',
	`_DROP_FLAGS_(_DELCHAR_(`$1', substr(`$2', 0, 1)), substr(`$2', 1))')')
