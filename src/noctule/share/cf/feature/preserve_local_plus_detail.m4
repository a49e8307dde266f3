dnl  user+detail is handed on as it is; see rules/localaddr.m4.
