dnl  The percent sign is no routing: user%host stays a user.  With reject strangers may not use it either.
dnl
dnl  FEATURE(`nopercenthack', `reject' or `nospecial')
_ROUTING_CHARACTER_FEATURE_(`nopercenthack')
