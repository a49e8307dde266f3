dnl  For hosts of Berkeley's; nothing is set.
_COMPLAIN_(`NOTE: DOMAIN(`S2K.Berkeley.EDU') is for hosts of Berkeley and sets nothing here; use DOMAIN(`generic')')
