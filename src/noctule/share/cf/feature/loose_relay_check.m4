dnl  user%host@domain is judged as it stands; see rules/check_rcpt.m4.
