dnl  Trusted users come from a file.
