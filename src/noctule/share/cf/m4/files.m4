dnl  The macros that read a file of the library: one per platform, site default,
dnl  feature, hack and mailer.  All of them set _ARG_, _ARGS_, _ARG1_ ... _ARG9_
dnl  from what follows the name.
dnl
define(`OSTYPE', `PUSHDIVERT(-1)dnl
ifdef(`__OSTYPE__', `_COMPLAIN_(`duplicate OSTYPE($1)')')dnl
define(`__OSTYPE__', `$1')dnl
_SET_ARGUMENTS_(shift($@))dnl
include(_CF_DIR_`ostype/$1.m4')dnl
POPDIVERT`'')
dnl
define(`DOMAIN', `PUSHDIVERT(-1)dnl
_SET_ARGUMENTS_(shift($@))dnl
include(_CF_DIR_`domain/$1.m4')dnl
POPDIVERT`'')
dnl
dnl  FEATURE(name, ...) also defines _FEATURE_name_, which the rules ask for.  A
dnl  feature file that refuses its arguments undefines it again.
define(`FEATURE', `PUSHDIVERT(-1)dnl
ifdef(`_MAILER_DEFINED_', `_COMPLAIN_(`*** ERROR: FEATURE() should be before MAILER()')')dnl
_SET_ARGUMENTS_(shift($@))dnl
define(`_FEATURE_$1_')dnl
include(_CF_DIR_`feature/$1.m4')dnl
POPDIVERT`'')
dnl
define(`HACK', `PUSHDIVERT(-1)dnl
_SET_ARGUMENTS_(shift($@))dnl
include(_CF_DIR_`hack/$1.m4')dnl
POPDIVERT`'')
dnl
dnl  MAILER(name[, key]): once per key.  The bare word stays a word.
define(`MAILER', `ifelse($#, 0, ``MAILER'', `_READ_MAILER_($@)')')
define(`_READ_MAILER_', `define(`_MAILER_KEY_', ifelse(`$2', `', ``$1'', ``$2''))dnl
ifdef(`_MAILER_'_MAILER_KEY_`_',
	`_COMPLAIN_(`*** ERROR: MAILER('_MAILER_KEY_`) already included')',
	`define(`_MAILER_'_MAILER_KEY_`_')dnl
define(`_MAILER_DEFINED_')dnl
_SET_ARGUMENTS_(shift($@))dnl
PUSHDIVERT(7)dnl
include(_CF_DIR_`mailer/$1.m4')dnl
POPDIVERT`'')')
dnl
dnl  SITECONFIG(file, host, letter): who is reached through that host.  The file
dnl  calls SITE(names) for each; class letter U means our own UUCP neighbours.
define(`SITECONFIG', `define(`_SITECONFIG_$3_')dnl
define(`SITE', `ifelse(`$3''DOL(2)`, `US', `C{Y}', `C{$3}')'DOL(1))dnl
D$3$2
ifelse(`$3', `U', `C{w}$2 $2.UUCP
')dnl
sinclude(_CF_DIR_`siteconfig/$1.m4')')
