dnl  Subdomains of class M are masqueraded too.
