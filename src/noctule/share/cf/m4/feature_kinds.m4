dnl  Features that come in pairs, or need another.
dnl
dnl  _NEEDS_ACCESS_DB_(feature, complaint): without the table in front of it, it has no effect.
define(`_NEEDS_ACCESS_DB_', `_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`$2')undefine(`_FEATURE_$1_')')')
dnl
dnl  nouucp and nopercenthack
define(`_ROUTING_CHARACTER_FEATURE_', `define(`_LETTER_', substr(_ARG_, 0, 1))dnl
ifelse(_LETTER_, `r', `define(`_REJECT_$1_')',
	_LETTER_, `n', `',
	_LETTER_, `', `_COMPLAIN_(`*** ERROR: missing argument for FEATURE($1):
	use `reject' or `nospecial'. See cf/README.')',
	`undefine(`_FEATURE_$1_')_COMPLAIN_(`*** ERROR: illegal argument _ARG_ for FEATURE($1)')')')
dnl
dnl  ratecontrol and conncontrol
define(`_CLIENT_LIMIT_FEATURE_', `_NEEDS_ACCESS_DB_(`$1', `*** ERROR: FEATURE(`$1') requires FEATURE(`access_db')')dnl
_DEFIFNOT(`_$1_CODE_', `452')dnl
ifelse(defn(`_ARG_'), `', `',
	defn(`_ARG_'), `nodelay', `_IF_FEATURE_(`delay_checks', `define(`_$1_NODELAY_')',
		`_COMPLAIN_(`*** ERROR: FEATURE(`$1', `nodelay') requires FEATURE(`delay_checks')')')',
	`_COMPLAIN_(`*** ERROR: unknown parameter "'_ARG_`" for FEATURE(`$1')')')dnl
ifelse(defn(`_ARG2_'), `', `',
	defn(`_ARG2_'), `terminate', `define(`_$1_CODE_', `421')',
	`_COMPLAIN_(`*** ERROR: FEATURE(`$1'): unknown argument "'_ARG2_`"')')')
