dnl  The relay for unknown users sees the domain they were addressed at.
ifdef(`LUSER_RELAY', `', `_COMPLAIN_(`*** LUSER_RELAY should be defined before FEATURE(`preserve_luser_host')')')
