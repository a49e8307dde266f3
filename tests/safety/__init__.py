"""What strangers send: nothing of it ends a process, is taken for another thing than it is, or costs without bound."""
