"""What is told to the people who run this: log lines named after events, in Sendmail's format, and where they go.

Called by: receive, deliver, assembly, commands.  May import: base, mail.  RFC 3164 (the local
syslog socket).

`log.Log` is the whole vocabulary: one function for each kind of line, with typed arguments, the LogLevel test
inside.  It makes the text; `sinks` takes it to syslog, a file or a terminal.  Whatever an argument holds, a line
stays one line of printable ASCII.  Pure packages do not log; they return something a role can log.
"""
