"""The process tree: binds, starts the workers, restarts one that dies, reloads, drains and stops.

Called by: commands.  May import: base.
The supervisor reads nothing that came from the network; its only input besides signals is the control socket,
whose requests are parsed as hostile input.
"""
