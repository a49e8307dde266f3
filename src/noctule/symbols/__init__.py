"""The tables the configuration language talks about: macros, classes, mailers, and the codes of `$x` forms.

Called by: config, rewrite, maps, route, receive, deliver, assembly.  May import: base.
"""
