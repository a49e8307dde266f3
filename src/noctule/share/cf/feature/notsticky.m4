dnl  The old default; says nothing today.
