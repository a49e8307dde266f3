dnl  The exclamation mark is no routing: host!user stays a user.  With reject strangers may not use it either.
dnl
dnl  FEATURE(`nouucp', `reject' or `nospecial')
_ROUTING_CHARACTER_FEATURE_(`nouucp')
