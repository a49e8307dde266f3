"""Both sides of the SMTP wire, and the client's side of LMTP, without I/O.

Called by: receive (server), deliver (client), assembly.  May import: base, mail.
RFC 5321, 1869, 1870, 1985, 2033, 2034, 2852, 2920, 3461, 4954 (AUTH=), 6152.

A wire takes bytes by `receive_data`, says by `next_event` what they mean, and gives by `data_to_send` what is to be
written.  It knows no sockets, clocks or policies.
"""
