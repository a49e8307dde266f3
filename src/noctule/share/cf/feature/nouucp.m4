dnl  One of the old routing characters is an ordinary one.
dnl
dnl  FEATURE(`nouucp', `reject' or `nospecial')
_ROUTING_CHARACTER_FEATURE_(`nouucp')
