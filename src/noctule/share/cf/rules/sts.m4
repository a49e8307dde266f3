# StsPolicy: the policy of the recipient domain, if it asks for security
SStsPolicy
R$*			$: $&{rcpt_addr}
R$* @ $+		$: < $(sts $2 $: none $) >
R< $* <TMPF> >		$#error $@ 4.7.0 $: "450 STS lookup temp fail"
R< $* servername=hostname $* >	$: < $1 $2 >		asked for in any case
R< $* secure $* >	$@ secure $1 $2
R$*			$@ none

# StsNames: is the server one of those that the policy names, and do the
# alternative names of its certificate say so?
SStsNames
R$*			$: : $(stsmatch $1 $: $) :
R: :			$: ok
R$* : $&{server_name} : $*	$: ok
R: $* :			$: : $1 : $| $&{server_name}
R: $* : $| $- . $+	$: : $1 : $| $(macro {StsParent} $@ .$3 $)
R$* : $&{StsParent} : $* $| $*	$: ok
R: $* : $| $*		$#error $@ 4.7.0 $: "450 " $&{server_name} " not found in " $1
ifdef(`_STS_NO_NAMES_', `', `R$*			$: $&{server_name}
R$={cert_altnames}	$@ ok
R$- . $+		$: *.$2
R$={cert_altnames}	$@ ok
R$*			$#error $@ 4.7.0 $: "450 " $&{server_name} " not listed in SANs"
')dnl

