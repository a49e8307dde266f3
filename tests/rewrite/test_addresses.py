import pytest

from noctule.base.questions import Waiting
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import Accepted, Discarded, Quarantined, Rejected, Resolved, Unresolvable
from noctule.symbols.macros import Macros
from rewrite import rig
from rewrite.asking import Tables

CF = """V10/Berkeley
O OperatorChars=.:%@!^/[]+
Cwmail.example localhost
Kmacro macro
Mlocal, P=/bin/sh, F=lsDFMAw5:/|@q, S=10, R=20, A=sh $u
Msmtp, P=[IPC], F=mDFMuC, S=11/12, R=21/22, A=TCP $h
Mplain, P=[IPC], F=mDFMc, A=TCP $h
S3
R$* < $* > $*	$2
S0
Rbad $*	$#error $@ 5.1.2 $: "550 bad host"
Rlater $*	$#error $@ 4.2.2 $: 450 later
Rnouser $*	$#error $@ nouser
Rlost $*	$#bogus $@ h $: u
Rnohost $*	$#smtp $: u
Rtable $*	$#smtp $@ $(t $1 $: none $) $: $1
Rset $*	$#smtp $@ h $: $1 $(macro {seen} $@ yes $)
Rprog	$#local $: |prog arg
Rfile	$#local $: /File
Rinclude	$#local $: :include:/List
Rkeep $+	$#local $: @ $1
R$+ @ $+	$#smtp $@ $2 $: $1 @ $2
R$+	$#local $: $1
S1
S2
S4
R$+ @ hidden . $+	$1 @ $2
R$+ .	$1
S20
R$+ @ $+	$1
S10
R$+ @ mail . example	$1
S11
R$-	$: $1 @ sender
S12
R$-	$: $1 @ header
S21
R$-	$: $1 @ rcpt
S22
R$-	$: $1 @ hrcpt
S5
R$- + $+	$#local $@ + $2 $: $1
Rgone	$#error $@ 5.1.1 $: 550 gone
Rslow	$#local $: $(t slow $: x $)
Scheck_mail
R<ok@$+>	$@ $# OK
R<no@$+>	$#error $@ 5.7.1 $: "550 no"
R<drop@$+>	$#discard
R<hold@$+>	$#error $@ quarantine $: looks odd
R<hold2@$+>	$#error $@ quarantine
R<half@$+>	$#error $@ 5.1.1
R<other@$+>	$#smtp $@ x $: y
R<tail@$+>	$#error
Scheck_relay
R$+ $| 192.0.2.$-	$#error $: 550 $1 at $2
Scheck_other
R( $* )	$#error $: 550 parentheses
Ssrv_features
R$+ $|	$# A b $1
Rnone $*	$@ OK
Sendless
R$*	$>endless $1
"""


def addresses() -> Addresses:
    return rig.open_session(CF, rig.DATA / "stock").addresses


def parse(address: str, asks: Tables | None = None, scope: Macros | None = None) -> object:
    return addresses().parse(address, scope or Macros(), asks or Tables())


@pytest.mark.parametrize(
    ("address", "mailer", "host", "user"),
    [
        ("<Joe@Mail.Example>", "smtp", "mail.example", "Joe@Mail.Example"),
        ("Joe", "local", "", "joe"),
        ("joe (comment)", "local", "", "joe"),
        ("prog", "prog", "", "|prog arg"),
        ("file", "*file*", "", "/File"),
        ("include", "*include*", "", "/List"),
    ],
)
def test_parse(address: str, mailer: str, host: str, user: str) -> None:
    result = parse(address)
    assert isinstance(result, Resolved)
    assert (result.mailer.name, result.host, result.user, result.deferral) == (mailer, host, user, "")


def test_a_leading_at_sign_means_not_remote() -> None:
    result = parse("keep joe")
    assert isinstance(result, Resolved)
    assert (result.user, result.not_remote) == ("joe", True)
    listed = parse("keep :include:/List")
    assert isinstance(listed, Resolved)
    assert (listed.mailer.name, listed.user) == ("local", ":include:/list")


@pytest.mark.parametrize(
    ("address", "code", "enhanced", "text"),
    [
        ("bad x", 550, "5.1.2", "bad host"),
        ("later x", 450, "4.2.2", "later"),
        ("nouser x", 554, "5.3.5", "buildaddr: no user"),
        ("lost x", 554, "5.3.5", "buildaddr: unknown mailer bogus"),
        ("nohost x", 554, "5.3.5", "buildaddr: no host"),
        ("a\x85b", 501, "5.1.3", '8-bit character in mailbox address "a?b"'),
        ("a\x01b", 501, "5.1.3", 'Syntax error in mailbox address "a?b" (non-printable character)'),
        ("x" * 300, 553, "5.1.0", None),
        ("(x", 553, "5.0.0", "(x... Unbalanced '('"),
    ],
)
def test_unresolvable(address: str, code: int, enhanced: str, text: str | None) -> None:
    result = parse(address)
    assert isinstance(result, Unresolvable)
    assert (result.code, result.enhanced) == (code, enhanced)
    assert text is None or result.text == text
    assert result.temporary == (code < 500)


def test_repairs_are_told_beside_the_result() -> None:
    result = parse("<joe")
    assert isinstance(result, Resolved)
    (complaint,) = result.complaints
    assert (result.user, complaint.reply_code, complaint.enhanced) == ("joe", 553, "5.0.0")
    assert complaint.text == "<joe... Unbalanced '<'"


def test_nothing_is_no_address() -> None:
    assert parse("(comment)") is None
    assert parse("") is None


def test_a_temporary_failure_defers_the_address() -> None:
    result = parse("table x", Tables({"t": {"x": None}}))
    assert isinstance(result, Resolved)
    assert (result.host, result.deferral) == ("none", "t map: lookup (x): deferred")


def test_a_map_that_waits_leaves_no_trace_in_the_scope() -> None:
    scope = Macros()
    with pytest.raises(Waiting):
        parse("table x", Tables({"t": {}}, slow=frozenset({"t"})), scope)
    assert list(scope) == []
    parse("set x", None, scope)
    assert scope.get("seen") == "yes"
    assert scope.get("addr_type") is None


@pytest.mark.parametrize(
    ("sender", "header", "want"),
    [(True, False, "joe@sender"), (True, True, "joe@header"), (False, False, "joe@rcpt"), (False, True, "joe@hrcpt")],
)
def test_rewrite_for_uses_the_rulesets_of_the_mailer(sender: bool, header: bool, want: str) -> None:
    known = addresses()
    result = known.rewrite_for("joe", known.mailers["smtp"], Macros(), Tables(), sender=sender, header=header)
    assert (result.text, result.status) == (want, 0)


def test_comments_and_phrases_stay_around_header_addresses() -> None:
    known = addresses()

    def rewritten(address: str, mailer: str, **more: object) -> str:
        found = known.mailers[mailer]
        return known.rewrite_for(address, found, Macros(), Tables(), sender=True, header=True, **more).text  # type: ignore[arg-type]

    assert rewritten('"Joe" <joe@hidden.x> (cmt)', "smtp") == '"Joe" <joe@x> (cmt)'
    assert rewritten('"Joe" <joe@hidden.x> (cmt)', "plain") == "joe@x"
    assert rewritten('"Joe" <joe@hidden.x> (cmt)', "smtp", canonical=True) == "joe@x"
    assert rewritten("@a,@b:c@d", "smtp", canonical=True) == "<@a,@b:c@d>"
    assert rewritten("(only a comment)", "smtp") == "(only a comment)"


def test_the_senders_domain_is_appended_to_bare_recipients() -> None:
    known = addresses()
    domain = known.domain_of("<ann@far.example>", Macros(), Tables())
    assert domain == ("@", "far", ".", "example")
    assert known.domain_of("ann", Macros(), Tables()) == ()
    smtp = known.mailers["smtp"]
    for address, want in (("joe", "joe@far.example"), ("joe@x", "joe@x")):
        result = known.rewrite_for(address, smtp, Macros(), Tables(), sender=False, header=True, domain=domain)
        assert result.text == want


def test_localaddr() -> None:
    known = addresses()
    result = known.localaddr("joe+x", Macros(), Tables())
    assert isinstance(result, Resolved)
    assert (result.host, result.user) == ("+x", "joe")
    assert known.localaddr("joe", Macros(), Tables()) is None
    gone = known.localaddr("gone", Macros(), Tables())
    assert isinstance(gone, Unresolvable)
    assert gone.code == 550


@pytest.mark.parametrize(
    ("args", "want"),
    [
        (("<ok@x>",), Accepted()),
        (("<else@x>",), Accepted()),
        (("<other@x>",), Accepted()),
        (("<no@x>",), Rejected(550, "5.7.1", "no", 65)),
        (("<drop@x>",), Discarded()),
        (("<hold@x>",), Quarantined("looks odd")),
        (("<hold2@x>",), Quarantined("check_mail")),
        (("<half@x>",), Rejected(554, "5.3.5", "buildaddr: no user", 70)),
        (("<tail@x>",), Rejected(554, "5.3.5", "buildaddr: no user", 70)),
        (("<no(comment)@x>",), Rejected(550, "5.7.1", "no", 65)),
    ],
)
def test_verdicts(args: tuple[str, ...], want: object) -> None:
    assert addresses().check("check_mail", args, Macros(), Tables()) == want


def test_two_arguments_are_joined_with_the_separator() -> None:
    verdict = addresses().check("check_relay", ("host.example", "192.0.2.7"), Macros(), Tables())
    assert verdict == Rejected(550, "5.0.0", "host.example at 7", 69)


def test_parentheses_count_where_the_check_wants_them() -> None:
    known = addresses()
    assert known.check("check_other", ("(x)",), Macros(), Tables(), comments=True) == Rejected(
        550, "5.0.0", "parentheses", 69
    )
    assert known.check("check_other", ("(x)",), Macros(), Tables()) == Accepted()


def test_a_check_nobody_wrote_accepts() -> None:
    known = addresses()
    assert known.check("check_data", ("1",), Macros(), Tables()) == Accepted()
    assert not known.defined("check_data")
    assert known.defined("check_mail")


def test_a_check_that_never_ends_refuses() -> None:
    verdict = addresses().check("endless", ("x",), Macros(), Tables())
    assert verdict == Rejected(554, "5.3.0", "rewrite: ruleset endless: too much work", 70)


def test_capabilities_are_the_tokens_behind_the_mark() -> None:
    known = addresses()
    assert known.capabilities("srv_features", ("x", ""), Macros(), Tables()) == ["A", "b", "x"]
    assert known.capabilities("srv_features", ("none",), Macros(), Tables()) is None
    assert known.capabilities("greet_pause", ("x",), Macros(), Tables()) is None
