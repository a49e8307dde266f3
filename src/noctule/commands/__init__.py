"""What people type: one module a program.

Called by: the console scripts.  May import: every package; at top level only what every mode needs, the rest where it
is used, because `mailq` and `sendmail -t` start often and have to start fast.
"""
