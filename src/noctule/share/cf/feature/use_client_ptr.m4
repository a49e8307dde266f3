dnl  The connection check uses the name of the client that nobody confirmed.
