"""Things with no word of mail in them: error roots, questions to look-ups, byte text, version.

Called by: every other package.  May import: the standard library's pure parts only.
Nothing here reads a clock, a file, a socket or a random number; those are passed in.
"""
