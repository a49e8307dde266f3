dnl  Class R and RELAY entries mean exactly the names they hold.
