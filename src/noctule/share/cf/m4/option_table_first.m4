dnl  Options that must stand before everything else: the first rules which
dnl  files may be opened, the second is inherited by every LDAP map below it.
dnl  The form of a row is told in option_table.m4.
dnl
_OFFERED_(`DontBlameSendmail', `confDONT_BLAME_SENDMAIL', `safe')dnl
_OFFERED_(`LDAPDefaultSpec', `confLDAP_DEFAULT_SPEC', `none')dnl
