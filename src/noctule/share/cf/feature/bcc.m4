dnl  Sends copies of what certain domains get to an archive host.
dnl
dnl  FEATURE(`bcc'[, table or access][, host for the copies][, their recipient][, table of recipients])
dnl  The table holds domains (and .domain); with the word access: bcc:domain in the access table.
ifelse(defn(`_ARG_'), `access', `_IF_FEATURE_(`access_db', `', `_COMPLAIN_(`*** ERROR: FEATURE(`bcc') requires FEATURE(`access_db')')')')
define(`_BCC_HOST_', defn(`_ARG2_'))
LOCAL_CONFIG
O AddBcc=true
ifelse(defn(`_BCC_HOST_'), `', `', `DA`'_BCC_HOST_
')dnl
ifelse(defn(`_ARG_'), `access', `', `_TABLE_(`bcctable', `bcc', defn(`_ARG_'))
')dnl
ifelse(defn(`_ARG4_'), `', `', `KcanonicalRcpt _ARG4_
')dnl
LOCAL_RULESETS
# bcc: a recipient to whom a copy goes, or to nothing
Sbcc
R< $+ >			$1
R$+ @ $+		$: < $1 @ $2 > $| ifelse(defn(`_ARG_'), `access', `$>SearchList < ! bcc > $| < D:$2 > < >', `$>BccDomain $2')
R$* $| < ? >		$@
R< $+ > $| $*		$@ ifelse(defn(`_ARG3_'), `', `ifelse(defn(`_ARG4_'), `', `$1', `$(canonicalRcpt $1 $: $)')', `_ARG3_')
ifelse(defn(`_ARG_'), `access', `', `
# BccDomain: a.b.c, then .b.c, then .c to < value > or < ? >
SBccDomain
R$+			$: < $(bcctable $1 $: ? $) > $1
R< ? > $- . $+		$: < $(bcctable .$2 $: ? $) > . $2
R< ? > . $- . $+	$: < $(bcctable .$2 $: ? $) > . $2
R< $+ > $*		$@ < $1 >
')dnl
