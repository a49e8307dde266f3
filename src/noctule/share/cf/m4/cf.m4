divert(-1)
#
#  The entry of the configuration library.
#
#      m4 share/cf/m4/cf.m4 site.mc > site.cf
#
#  or, in the first lines of site.mc itself, include of this file.  Both at once
#  do no harm: the second reading stops at once.
#
#  Reading this file only defines macros.  The text of the finished file comes
#  from m4/frame.m4, which waits (m4wrap) until the whole site file was read, so
#  that a define counts wherever it stands.
#
ifdef(`OSTYPE', `', `dnl
ifdef(`_CF_DIR_', `',
	`ifdef(`__file__',
		`define(`_CF_DIR_', substr(__file__, 0, eval(len(__file__) - 8)))',
		`define(`_CF_DIR_', `../')')')
changecom()dnl	from here on "#" is an ordinary character
undefine(`format')dnl	words that a configuration may use as words
undefine(`hpux')
include(_CF_DIR_`m4/primitives.m4')
include(_CF_DIR_`m4/flags.m4')
include(_CF_DIR_`m4/files.m4')
include(_CF_DIR_`m4/classes.m4')
include(_CF_DIR_`m4/sections.m4')
include(_CF_DIR_`m4/tables.m4')
include(_CF_DIR_`m4/dns_lists.m4')
include(_CF_DIR_`m4/feature_kinds.m4')
include(_CF_DIR_`m4/site.m4')
include(_CF_DIR_`m4/defaults.m4')
divert(0)dnl
#####################################################################
# A configuration of sendmail, made from the site file by m4.  Change
# that file, not this one.
#####################################################################
divert(-1)
m4wrap(`include(_CF_DIR_`m4/frame.m4')')
')
divert(0)dnl
