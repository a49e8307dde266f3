dnl  Keys  .domain  of the access table match subdomains.
_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: FEATURE(`lookupdotdomain') requires FEATURE(`access_db')')')
_IF_FEATURE_(`relay_hosts_only', `_COMPLAIN_(`*** WARNING: FEATURE(`lookupdotdomain') does not work well with FEATURE(`relay_hosts_only')')')
