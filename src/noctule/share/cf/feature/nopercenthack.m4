dnl  One of the old routing characters is an ordinary one.
dnl
dnl  FEATURE(`nopercenthack', `reject' or `nospecial')
_ROUTING_CHARACTER_FEATURE_(`nopercenthack')
