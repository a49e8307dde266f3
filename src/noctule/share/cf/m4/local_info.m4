# Who this host is, and where mail goes that is not delivered here.
ifdef(`confLDAP_CLUSTER', `D{sendmailMTACluster}confLDAP_CLUSTER', `#D{sendmailMTACluster}$m')
Cwlocalhost
_IF_FEATURE_(`use_cw_file', `Fw`'confCW_FILE
')dnl
ifdef(`confDOMAIN_NAME', `Dj`'confDOMAIN_NAME', `#Dj$w.example.com')

# Endings that are canonical without asking DNS
CP.
ifdef(`UUCP_RELAY', `DY`'UUCP_RELAY
CPUUCP
')dnl
ifdef(`BITNET_RELAY', `DB`'BITNET_RELAY
CPBITNET
')dnl
ifdef(`DECNET_RELAY', `define(`_USE_DECNET_SYNTAX_')dnl
DC`'DECNET_RELAY
CPDECNET
')dnl
ifdef(`FAX_RELAY', `DF`'FAX_RELAY
CPFAX
')dnl

# The smart host, hubs and relays
DS`'ifdef(`SMART_HOST', `SMART_HOST')
ifdef(`LOCAL_RELAY', `DR`'LOCAL_RELAY
')dnl
ifdef(`MAIL_HUB', `DH`'MAIL_HUB
')dnl
ifdef(`LUSER_RELAY', `Kuser user -m -a<>
DL`'LUSER_RELAY
')dnl

# Characters that make one address of several hosts
CO @`'_UNLESS_FEATURE_(`nopercenthack', ` %')`'_UNLESS_FEATURE_(`nouucp', ` !')

# Words of the rules
C..
C[[
_IF_FEATURE_(`access_db', `C{Accept}OK RELAY
C{Src}E F D U A
')dnl
C{Tls}VERIFY ENCR
C{TlsVerified}OK TRUSTED
C{ResOk}OKR

# Does a host exist?
_UNLESS_FEATURE_(`accept_unresolvable_domains', `Kresolve host -a<OKR> -T<TEMP>
')dnl
Kmacro macro
Karith arith
Kdequote dequote`'ifdef(`confDEQUOTE_OPTS', ` confDEQUOTE_OPTS')
ifdef(`_CERT_REGEX_ISSUER_', `KCERTIssuer regex _CERT_REGEX_ISSUER_
')dnl
ifdef(`_CERT_REGEX_SUBJECT_', `KCERTSubject regex _CERT_REGEX_SUBJECT_
')dnl

# Hosts, domains and networks that may relay
ifdef(`confCR_FILE', `FR`'confCR_FILE
')dnl

