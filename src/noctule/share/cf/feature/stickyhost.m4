dnl  user@our.host is another address than user; see rules/parse_routes.m4.
