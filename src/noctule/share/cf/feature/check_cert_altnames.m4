dnl  Alternative names of a certificate satisfy CN requirements; see rules/tls.m4.
define(`_FFR_TLS_ALTNAMES')
LOCAL_CONFIG
O SetCertAltnames=true
