dnl  Header recipients are masqueraded like header senders.
ifdef(`_MAILER_local_', `errprint(`*** MAILER(`local') must appear after FEATURE(`allmasquerade')')')
ifdef(`_MAILER_uucp_', `errprint(`*** MAILER(`uucp') must appear after FEATURE(`allmasquerade')')')
