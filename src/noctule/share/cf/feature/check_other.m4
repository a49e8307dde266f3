dnl  Ends sessions in which a header comes as a command.
dnl
dnl  FEATURE(`check_other'[, regular expression])
LOCAL_CONFIG
Kbadcmd regex -m -a<BADCMD> ifelse(defn(`_ARG_'), `', `^[[:print:]]+ *:', `_ARG_')
LOCAL_RULESETS
# check_other: command line $| first digit of the reply
Scheck_other
R$* $| 5		$: $(badcmd $1 $)
R$* <BADCMD>		$#error $@ 4.7.0 $: "421 bad command"
