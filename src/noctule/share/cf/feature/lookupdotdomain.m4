dnl  Keys of the access table that begin with a dot match subdomains.
_NEEDS_ACCESS_DB_(`lookupdotdomain', `*** ERROR: FEATURE(`lookupdotdomain') requires FEATURE(`access_db')')
_IF_FEATURE_(`relay_hosts_only', `_COMPLAIN_(`*** WARNING: FEATURE(`lookupdotdomain') does not work well with FEATURE(`relay_hosts_only')')')
