dnl  Relaying is allowed to and from the hosts of our domain, class m.
