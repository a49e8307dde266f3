dnl  Relaying is not checked.
_COMPLAIN_(`*** WARNING: FEATURE(`promiscuous_relay') configures your system as open
	relay.  Do NOT use it on a server that is connected to the Internet!')
