dnl  For hosts of Berkeley's; nothing is set.
_COMPLAIN_(`NOTE: DOMAIN(`berkeley-only') is for hosts of Berkeley and sets nothing here; use DOMAIN(`generic')')
