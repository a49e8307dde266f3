"""Durable mail: what has been accepted and is not yet delivered.

Called by: receive, deliver, assembly, commands.  May import: base, mail, files.  RFC 5321 6.1 (responsibility for a
message).

Theory of operation.  Each worker owns one *shard*: a SQLite database in write-ahead mode and a directory for large
bodies. A message that goes straight to delivery is one row in `incoming`, written once and deleted once; nothing else
knows it. Only when it has to wait does it move to `queue`, which has the columns scheduling needs, with its body
beside it so that a changed envelope does not write the body again.  All changes of a shard go through one writer
thread: what arrives while it works makes the next transaction (group commit), and a transaction that holds an
acceptance is synced before anybody is told.  Records of outcomes are committed in order but not synced on their own:
losing one to a power failure means a second delivery, which the rules allow, and the next acceptance syncs them
anyway.

A *lease* is the right to deliver a message.  It belongs to one run of the shard's owner, who holds the owner lock:
when the lock is free, every lease is void.  Other processes may read a shard, and insert into it, at any time.

Files in the queue directory, for the shard `0`: `noctule-0.db` (with SQLite's `-wal` and `-shm`), `noctule-0.owner`
(the lock), `bodies-0/` (one file for each large body, named by queue id).
"""
