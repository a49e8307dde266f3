
#####################################################################
# parse (0): focused form to mailer, host and user
#####################################################################

Sparse=0
R$*			$: $>Parse0 $1			syntax; our own names go
R< @ >			$# confLOCAL_MAILER $: < @ >		the null sender
R$*			$: $>ParseLocal $1		rules of the site
R$*			$: $>Parse1 $1

include(_CF_DIR_`rules/parse_syntax.m4')dnl

# ParseLocal (98): what the site decides before everybody else.
SParseLocal=98
undivert(3)dnl

include(_CF_DIR_`rules/parse_routes.m4')dnl
include(_CF_DIR_`rules/triple.m4')dnl
_IF_FEATURE_(`mailertable', `include(_CF_DIR_`rules/mailertable.m4')')dnl
_IF_FEATURE_(`ldap_routing', `include(_CF_DIR_`rules/ldap_routing.m4')')dnl
