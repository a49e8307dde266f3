dnl  The opposite of stickyhost, which nobody has to say.
_COMPLAIN_(`NOTE: FEATURE(`notsticky') is the default and has no effect')
