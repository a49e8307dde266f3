dnl  Asking DNS lists about the client; for dnsbl, enhdnsbl and mtamark.
dnl
dnl  _LIST_ANSWER_(list, text[, reason to discard]): what a listed client is told.
define(`_LIST_ANSWER_', `ifelse(`$2', `', `$`'#error $`'@ 5.7.1 $`': "550 Rejected: " $`'&{client_addr} " listed at $1"',
	`$2', `quarantine', `$`'#error $`'@ quarantine $`': $1',
	`$2', `discard', `$`'#discard $`': ifelse(`$3', `', `$1', `$3')',
	`$`'#error $`'@ 5.7.1 $`': $2')')
dnl
dnl  _LIST_FAILURE_(list, t or text): what the client is told when nobody answers, nothing without the second.
define(`_LIST_FAILURE_', `ifelse(`$2', `', `R< $`'+ <TMP> >		$`': ok
', `R< $`'+ <TMP> >		$`'#error $`'@ 4.4.3 $`': ifelse(`$2', `t',
	`"451 Temporary lookup failure of " $`'&{client_addr} " at $1"', `$2')
')')
