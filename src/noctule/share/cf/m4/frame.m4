divert(-1)
dnl  The finished file, section by section.  Read when the site file is over.
include(_CF_DIR_`m4/last_checks.m4')
ifdef(`_MAILER_local_', `', `MAILER(`local')')
_DEFIFNOT(`confRELAY_MAILER', ifdef(`_MAILER_smtp_', ``relay'', ``unknown''))
ifdef(`__OSTYPE__', `', `_COMPLAIN_(`*** ERROR: No system type defined (use OSTYPE macro)')')
divert(0)dnl
V`'CF_LEVEL`'ifdef(`NO_VENDOR', `', `/VENDOR_NAME')

include(_CF_DIR_`m4/option_printer.m4')dnl
include(_CF_DIR_`m4/option_table_first.m4')dnl

include(_CF_DIR_`m4/local_info.m4')dnl
undivert(5)dnl
include(_CF_DIR_`m4/local_info_last.m4')dnl

# Maps and other configuration of the site and of its features
undivert(6)dnl

# The version of this configuration
DZ8.17.1.9`'ifdef(`confCF_VERSION', `/confCF_VERSION')

# Options
include(_CF_DIR_`m4/option_table.m4')dnl
ifdef(`_QUEUE_GROUPS_', `_QUEUE_GROUPS_`'')dnl

include(_CF_DIR_`m4/headers.m4')dnl

include(_CF_DIR_`rules/canonify.m4')dnl
include(_CF_DIR_`rules/final.m4')dnl
include(_CF_DIR_`rules/parse.m4')dnl
include(_CF_DIR_`rules/localaddr.m4')dnl
include(_CF_DIR_`rules/masquerade.m4')dnl
include(_CF_DIR_`rules/access.m4')dnl
include(_CF_DIR_`rules/check_relay.m4')dnl
include(_CF_DIR_`rules/check_mail.m4')dnl
include(_CF_DIR_`rules/check_rcpt.m4')dnl
include(_CF_DIR_`rules/delay_checks.m4')dnl
include(_CF_DIR_`rules/auth.m4')dnl
include(_CF_DIR_`rules/features.m4')dnl
include(_CF_DIR_`rules/tls.m4')dnl
undivert(9)dnl

ifdef(`_FILTERS_', `# Filters
_FILTERS_`'')dnl

# Mailers
undivert(7)dnl
