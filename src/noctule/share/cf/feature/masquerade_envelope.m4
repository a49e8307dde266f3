dnl  Envelope senders are masqueraded too.
