dnl  Asks a directory for the host and the address of each recipient; see rules/ldap_routing.m4.
dnl
dnl  FEATURE(`ldap_routing'[, hosts][, addresses][, bounce][, preserve][, nodomain][, tempfail or queue])
dnl  hosts, addresses: maps; bounce: or passthru or sendertoo.
ifelse(defn(`_ARG1_'), `', `define(`_LDAP_DEFAULT_TABLE_')', defn(`_ARG2_'), `', `define(`_LDAP_DEFAULT_TABLE_')')
ifelse(defn(`_ARG3_'), `', `', defn(`_ARG3_'), `passthru', `', `define(`_LDAP_BOUNCE_', defn(`_ARG3_'))')
ifelse(defn(`_ARG4_'), `', `', `define(`_LDAP_DETAIL_', defn(`_ARG4_'))')
ifelse(defn(`_ARG5_'), `', `', `define(`_LDAP_NO_DOMAIN_')')
ifelse(defn(`_ARG6_'), `tempfail', `define(`_LDAP_TEMPFAIL_')')
define(`_LDAP_ROUTE_TABLE_', `ldap -1 -T<TMPF> -v $1 -k (&(objectClass=inetLocalMailRecipient)(mailLocalAddress=%0))')
LOCAL_CONFIG
C{SMTPOpModes} s d D
Kldapmh ifelse(defn(`_ARG1_'), `', `_LDAP_ROUTE_TABLE_(`mailHost')', `_ARG1_')
Kldapmra ifelse(defn(`_ARG2_'), `', `_LDAP_ROUTE_TABLE_(`mailRoutingAddress')', `_ARG2_')
