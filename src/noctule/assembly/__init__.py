"""A configuration becomes ready roles: opened maps, compiled rulesets, typed settings, one worker.

Called by: commands, which hand what it builds to supervise.  May import: every package but supervise and commands.
Roles never see the configuration: what each needs is taken out of the options here, and nowhere else.
"""
