"""Mail coming in: SMTP sessions, checks, submission from a command line, and the commit to the queue.

Called by: assembly, commands.  May import: base, mail, symbols, rewrite, mime, smtp, sasl, files, net, observe,
accounts, resolve, mqueue, route.  RFC 5321, 5322 (trace and default fields), 3461 (what is kept for reports).

One session: `session` pumps bytes between a stream and the wire of `smtp.server` and asks `conversation` for every
reply; a `Transaction` there grows from MAIL to the final dot; `checks` asks the rulesets, `collect` takes the text
apart while it arrives, `fields` completes the header, and the store has the message before the client is told so.
"""
