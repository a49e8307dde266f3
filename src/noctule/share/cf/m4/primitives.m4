dnl  Small tools that feature, mailer and site files use.
dnl
dnl  PUSHDIVERT(n), POPDIVERT: change the diversion and come back.
define(`PUSHDIVERT', `pushdef(`_DIVERSION_', divnum)divert($1)')
define(`POPDIVERT', `divert(_DIVERSION_)popdef(`_DIVERSION_')')
dnl
dnl  _DEFIFNOT(name, value): define unless the site already did.
define(`_DEFIFNOT', `ifdef(`$1', `', `define(`$1', `$2')')')
dnl
dnl  _OPTINS(name, before, after): the value between two texts, if there is one.
define(`_OPTINS', `ifdef(`$1', `$2`'$1`'$3')')
dnl
dnl  _IF_SAID_(name, text): text if the name is defined and not empty.
define(`_IF_SAID_', `ifelse(defn(`$1'), `', `', `$2')')
dnl
dnl  _QUEUE_GROUP_OF_(name): the equate Q= of a mailer, if the define says anything.
define(`_QUEUE_GROUP_OF_', `_IF_SAID_(`$1', `_OPTINS(`$1', `Q=', `, ')')')
dnl
dnl  _OPTION(option, name, shown): one O line, or a comment with what is shown.
define(`_OPTION', `ifdef(`$2', `O $1`'ifelse(defn(`$2'), `', `', `=$2')', `#O $1=$3')')
dnl
dnl  _IF_FEATURE_(feature, text, else): text if the site asked for the feature.
define(`_IF_FEATURE_', `ifdef(`_FEATURE_$1_', `$2', `$3')')
define(`_UNLESS_FEATURE_', `ifdef(`_FEATURE_$1_', `', `$2')')
dnl
dnl  _IF_EMPTY_(text, yes, no)
define(`_IF_EMPTY_', `ifelse(len(X`'$1), `1', `$2', `$3')')
dnl
dnl  lower(text), strcasecmp(a, b): 1 when equal but for case, else 0.
define(`lower', `translit(`$1', `ABCDEFGHIJKLMNOPQRSTUVWXYZ', `abcdefghijklmnopqrstuvwxyz')')
define(`strcasecmp', `ifelse(lower(`$1'), lower(`$2'), `1', `0')')
dnl
dnl  DOL(x): a dollar and x, for rules inside macro bodies.  CONCAT(a, b, ...): joined.
define(`DOL', ``$'$1')
define(`CONCAT', `$1$2$3$4$5$6$7')
dnl
dnl  _COMPLAIN_(text): one line on standard error.
define(`_COMPLAIN_', `errprint(`$1
')')
dnl
dnl  _SET_ARGUMENTS_(...): the argument protocol of FEATURE and its kin.
define(`_SET_ARGUMENTS_', `dnl
define(`_ARG_', `$1')dnl
define(`_ARGS_', `$@')dnl
define(`_ARG1_', `$1')dnl
define(`_ARG2_', `$2')dnl
define(`_ARG3_', `$3')dnl
define(`_ARG4_', `$4')dnl
define(`_ARG5_', `$5')dnl
define(`_ARG6_', `$6')dnl
define(`_ARG7_', `$7')dnl
define(`_ARG8_', `$8')dnl
define(`_ARG9_', `$9')')
dnl
dnl  _TEMPORARY_FAILURE_(place): the text when a table cannot be asked now.  The
dnl  place is told with _USETMPFTOKEN_.
define(`_TEMPORARY_FAILURE_', `"451 Temporary system failure`'ifdef(`_USETMPFTOKEN_', ` $1'). Please try again later."')
dnl
dnl  _FIRST_WORD_(text), _OTHER_WORDS_(text): split at the first blank.
define(`_FIRST_WORD_', `ifelse(index(`$1', ` '), `-1', ``$1'', `substr(`$1', 0, index(`$1', ` '))')')
define(`_OTHER_WORDS_', `ifelse(index(`$1', ` '), `-1', `', `substr(`$1', index(`$1', ` '))')')
dnl
dnl  _CHECK_(mail): the name of the ruleset that does the work of check_mail.
dnl  With delay_checks check_rcpt calls it, and the daemon must not.
define(`_CHECK_', `check`'_UNLESS_FEATURE_(`delay_checks', `_')$1')
