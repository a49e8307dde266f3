dnl  Subdomains of class {VirtHost} are looked up too.
