"""The macro language of mc files: GNU m4, with memory of where every line of its output came from.

Called by: assembly, commands.  May import: base.
`expand` reads sources through a passed-in `Files` and never raises for what they say: whatever there is to say is in
`Expansion.messages`, and `Expansion.status` is the exit status m4 would end with.
"""

from noctule.config.m4.input import Limits
from noctule.config.m4.messages import Message
from noctule.config.m4.places import Place
from noctule.config.m4.processor import Expansion, expand
from noctule.config.m4.world import Files, Source

__all__ = ["Expansion", "Files", "Limits", "Message", "Place", "Source", "expand"]
