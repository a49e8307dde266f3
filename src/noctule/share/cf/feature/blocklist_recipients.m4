dnl  To: entries of the access table can refuse recipients; see rules/check_rcpt.m4.
_NEEDS_ACCESS_DB_(`blocklist_recipients', `*** ERROR: FEATURE(blocklist_recipients) requires FEATURE(access_db)')
