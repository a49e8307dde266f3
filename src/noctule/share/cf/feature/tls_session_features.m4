dnl  TLS settings by host from the access table; see rules/tls.m4.
