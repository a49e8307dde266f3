dnl  To: entries of the access table can refuse recipients; see rules/check_rcpt.m4.
_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: FEATURE(blocklist_recipients) requires FEATURE(access_db)')')
