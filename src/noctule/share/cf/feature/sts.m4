dnl  Policies for transport security from a resolver service; see rules/tls.m4.
dnl
dnl  FEATURE(`sts'[, map][, `NO_SAN_TST'])
ifelse(defn(`_ARG2_'), `NO_SAN_TST', `define(`_STS_NO_NAMES_')')
LOCAL_CONFIG
O StrictTransportSecurity=true
ifdef(`_STS_NO_NAMES_', `', `O SetCertAltnames=true')
Ksts ifelse(defn(`_ARG_'), `', `socket -d5 -T<TMPF> inet:5461@127.0.0.1', `_ARG_')
Kstsmatch regex -s1 match=([^;]*)
