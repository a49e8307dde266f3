dnl  A map that asks a function of the administrator's own (Noctule's; Sendmail
dnl  has none).  docs/configuration/python-map.md tells what the function gets.
dnl
dnl  FEATURE(`python_map', `name', `module:function'[, flags])
dnl
dnl      FEATURE(`python_map', `rooms', `rooms:find', `-T<TMPF>')
dnl      LOCAL_RULE_0
dnl      R$- < @ $=w . >		$: $1 < @ $2 . > $| $(rooms $1 $: $)
ifelse(defn(`_ARG2_'), `', `_COMPLAIN_(`*** ERROR: FEATURE(`python_map') wants a name and module:function')')
LOCAL_CONFIG
K`'_ARG_ python `'ifelse(defn(`_ARG3_'), `', `', `_ARG3_ ')`'_ARG2_
