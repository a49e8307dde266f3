dnl  Local deliveries are not masqueraded.
ifdef(`_MAILER_local_', `_COMPLAIN_(`*** MAILER(`local') must appear after FEATURE(`local_no_masquerade')')')
