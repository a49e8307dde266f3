"""The -b modes of `sendmail`, one module for each family.

Called by: commands.sendmail, commands.noctule.  May import: every package, late.
"""
