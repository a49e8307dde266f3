"""The only code that may become another user: mailbox, program and file delivery, and reading of users' files.

Called by: deliver (through Client), assembly and commands (which start it).  May import: base, files.

A helper process (`server`) keeps the rights it was started with and does nothing but fork.  Each child becomes the user
it is to act for before it touches anything of his, does one thing (`work`) and reports.  What comes back from
such a child is data of that user, bounded and not believed.  Started without root, the helper acts as the user it is.
To audit it, read `protocol` (what may be asked), `policy` (what is refused), `server` and `work`, in this order.
"""

from noctule.privileged.client import Client, start
from noctule.privileged.policy import Policy
from noctule.privileged.protocol import Answer, AppendFile, Identity, Maildir, ReadFile, RunProgram

__all__ = ["Answer", "AppendFile", "Client", "Identity", "Maildir", "Policy", "ReadFile", "RunProgram", "start"]
