dnl  Of use at Berkeley only; accepted, no effect.
