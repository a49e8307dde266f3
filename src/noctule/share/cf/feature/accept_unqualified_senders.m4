dnl  MAIL FROM:<user> is taken from anybody; see rules/check_mail.m4.
