dnl  Our names come from a file.
