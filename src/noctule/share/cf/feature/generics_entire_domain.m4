dnl  Subdomains of class G are looked up too.
