dnl  Declaring the table of a feature.
dnl
dnl  _LDAP_TABLE_(name in the schema, more flags): the built-in LDAP schema.
define(`_LDAP_TABLE_', `ldap -1$2 -v sendmailMTAMapValue,sendmailMTAMapSearch:FILTER:sendmailMTAMapObject,sendmailMTAMapURL:URL:sendmailMTAMapObject -k (&(objectClass=sendmailMTAMapObject)(|(sendmailMTACluster=${sendmailMTACluster})(sendmailMTAHost=$j))(sendmailMTAMapName=$1)(sendmailMTAKey=%0))')
dnl
dnl  _TABLE_(map, name in the schema, argument[, default file]): the K line.
define(`_TABLE_', `K$1 ifelse(`$3', `', `DATABASE_MAP_TYPE MAIL_SETTINGS_DIR`'_TABLE_FILE_(`$1')',
	`$3', `LDAP', `_LDAP_TABLE_(`$2')', `$3')')
dnl
dnl  Files that are not called like their map.
define(`_TABLE_FILE_', `ifelse(`$1', `virtuser', `virtusertable', `$1', `generics', `genericstable', ``$1'')')
