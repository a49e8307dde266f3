dnl  Refuses clients without matching reverse DNS; see rules/check_relay.m4.
