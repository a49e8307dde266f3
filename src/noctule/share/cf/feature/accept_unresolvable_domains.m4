dnl  Sender domains need not exist; see rules/check_mail.m4.
