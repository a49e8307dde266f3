dnl  Debian's own: the account for other hosts stands in a file, and trusted users may give any AUTH= address.
define(`confDEF_AUTH_INFO', `MAIL_SETTINGS_DIR`'default-auth-info')
define(`confTRUSTED_USERS', ifdef(`confTRUSTED_USERS', `defn(`confTRUSTED_USERS')`,'')`sendmail')
LOCAL_RULESETS
SLocal_trust_auth
R$*			$: $&{auth_authen}
R$=t			$# ok
