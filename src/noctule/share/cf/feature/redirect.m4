dnl  Mail to user@new.REDIRECT is refused with the new address.
LOCAL_CONFIG
CPREDIRECT
LOCAL_RULE_0
R$* < @ $+ .REDIRECT . >	$: $1 < @ $2 .REDIRECT . > < ${opMode} >
R$* < @ $+ .REDIRECT . > < i >	$: $1 < @ $2 .REDIRECT . >
R$* < @ $+ .REDIRECT . > < $- >	$#error $@ 5.1.1 $: "551 User has moved; please try " <$1@$2>
