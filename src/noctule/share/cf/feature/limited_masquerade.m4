dnl  Only class M is masqueraded, not class w.
