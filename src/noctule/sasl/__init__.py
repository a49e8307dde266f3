"""Authentication mechanisms of SASL, both sides, as step objects: bytes in, bytes out; they ask for secrets.

Called by `receive` (server side), `deliver` (client side) and `accounts` (which answers what a mechanism asks).

May import: base.  RFC 4422, 4505, 4616, 2195, 2831, 4752, 5802, 7677, 7628.
"""
