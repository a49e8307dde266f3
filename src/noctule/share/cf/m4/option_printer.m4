dnl  The rows of the option tables become lines.
define(`_DEFAULT_', `_OPTION(`$1', `$2', `$3')
')dnl
define(`_OFFERED_', `_OPTION(`$1', `$2', `$3')
')dnl
define(`_ALWAYS_', `_DEFIFNOT(`$2', `$3')_OPTION(`$1', `$2', `$3')
')dnl
define(`_HERE_', `$1`'')dnl
dnl
dnl  Listeners: the default one unless the site names its own, and the submission
dnl  port unless the site does without.
define(`_PORTS_', `ifdef(`_LISTENERS_', `_LISTENERS_`'', `ifdef(`_NETINET6_', `O DaemonPortOptions=Name=MTA-v4, Family=inet
O DaemonPortOptions=Name=MTA-v6, Family=inet6
', `O DaemonPortOptions=Name=MTA
')')`'_UNLESS_FEATURE_(`no_default_msa', `O DaemonPortOptions=Port=587, Name=MSA, M=E
')`'ifdef(`_CLIENT_PORTS_', `_CLIENT_PORTS_`'', `#O ClientPortOptions=Family=inet, Address=0.0.0.0
')')dnl
define(`_TIME_ZONE_', `ifelse(confTIME_ZONE, `USE_SYSTEM', `#O TimeZoneSpec=', confTIME_ZONE, `USE_TZ', `O TimeZoneSpec=', `O TimeZoneSpec=confTIME_ZONE')
')dnl
dnl
dnl  What filters get to see is said only when there are filters.
define(`_MILTER_BEGIN_', `ifdef(`_FILTERS_', `', `divert(-1)')')dnl
define(`_MILTER_END_', `ifdef(`_FILTERS_', `', `divert(0)')')dnl
