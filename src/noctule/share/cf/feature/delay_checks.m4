dnl  check_mail and check_relay wait for a recipient; see rules/delay_checks.m4.
dnl
dnl  FEATURE(`delay_checks'[, `friend' or `hater'][, anything])
define(`_LETTER_', lower(substr(_ARG_, 0, 1)))
ifelse(_LETTER_, `f', `define(`_SPAM_FRIEND_')',
	_LETTER_, `h', `define(`_SPAM_HATER_')',
	_LETTER_, `', `',
	`_COMPLAIN_(`*** ERROR: illegal argument _ARG_ for FEATURE(delay_checks)')')
ifelse(defn(`_ARG2_'), `', `', `define(`_NO_OLD_SPAM_WORDS_')')
