"""Single findings, and the places where none must come."""

import tomllib
from pathlib import Path

import pytest

from assembly.lint.samples import codes, findings, source_of
from noctule.assembly.lint import Level
from noctule.assembly.lint.references import RUNTIME_MACROS

HEAD = """\
V10
Cwlocalhost
O OperatorChars=.:%@!^/[]+
O PrivacyOptions=authwarnings
Mlocal, P=[MAILDIR], F=lsDFMAw5:/|@qSP, A=MAILDIR /var/mail/$u
Mesmtp, P=[IPC], F=mDFMuXa, A=TCP $h
Scheck_rcpt
R$*			$#error $@ 5.7.1 $: "550 Relaying denied"
"""


def of(*lines: str) -> set[str]:
    return codes(HEAD + "\n".join(lines) + "\n")


def test_the_frame_is_clean() -> None:
    assert of() == set()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["Zwhat"], "N001"),
        (["V9"], "N002"),
        (["Sa", "R$+\t$: x $1", "Sb", "R$+\t$: $1", "Sa", "R$-\t$: y $1"], "N003"),
        (["Sa", "R$+\t$: $1 ${Nobody}"], "N101"),
        (["HX-Who: $&{Nobody}"], "N101"),
        (["Sa", "R$={Nobody}\t$: $1"], "N102"),
        (["Sa", "R$+\t$: $(nomap $1 $)"], "N103"),
        (["Sa", "R$+\t$#nomailer $@ h $: $1"], "N104"),
        (["Sa", "R$+\t$: $>nowhere $1"], "N105"),
        (["HX-Check: $>nowhere"], "N105"),
        (["Sa", "R$+ < @ $=M >\t$: $1"], "N106"),
        (["Sa", "R$+ $: $1"], "N201"),
        (["Sa", "R$+   $@ OK\ta comment"], "N201"),
        (["Sa", "R$+ $#discard\ta comment"], "N201"),
        (["Sa", "R$+\t$: $2"], "N202"),
        (["Sa", "R$+ @ $+\t$@ $1", "R$- @ here\t$@ $1"], "N203"),
        (["Sa", "R$#$*\t$#$1"], "N204"),
        (["Sa", "R$- @ $-\t$: $1", "R$- @ $-\t$: $1"], "N205"),
        (["Sa", "R$+ @ $+\t$: $1", "R$+ @ $+\t$: $1"], "N209"),
        (["Sa", "R$+   other\ta comment"], "N201"),
        (["Sa", "R$+ @ $+\t$1 @ $2 . $1"], "N206"),
        (["Sa", "R$+ @ $=w\t$1 @ localhost"], "N206"),
        (["Sa", "R$*\t$: $>b $1", "Sb", "R$*\t$: $>a $1"], "N207"),
        (["Sa", "R$+ @ $+\t$@ $>a $1 @ $2"], "N207"),
        (["Sa", "R$+ @ $+\t$@ $1", "Rq $+\t$@ $1", "R$- @ here\t$@ $1"], "N208"),
        (["O UseErrorsTo=true"], "N501"),
        (["O TempFileMode=0600"], "N502"),
        (["O StatusFile=/var/stat"], "N503"),
        (["O DontBlameSendmail=WorldWritableAliasFile"], "N604"),
        (["O DefaultUser=0:0"], "N605"),
        (["Xf, S=unix:/run/f", "O InputMailFilters=f"], "N607"),
        (["Xf, S=unix:/run/f", "O DaemonPortOptions=Name=MSA, I=f"], "N607"),
    ],
)
def test_is_found(lines: list[str], code: str) -> None:
    assert code in of(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["HX-Who: $?{Nobody}${Nobody}$."],
        ["Kset macro", "Sa", "R$+\t$: $(set {Mine} $@ $1 $) $&{Mine}"],
        ["D{Empty}", "Sa", "R$+\t$: $1 ${Empty}"],
        ["C{Mine}a", "Sa", "R$={Mine}\t$: $1"],
        ["Sa", "R$+\t$: $>96 $1", "S96"],
        ["Sa", "R$* < $* > $*\t$1 $2 $3"],  # fewer brackets each time
        ["Sa", "R$+ @ $+\t$: $1 @ $2"],
        ["Sa", "R$+ $| $#$*\t$#$2"],  # the result of a call
        ["Sa", "R$+ @ $+\t$: $1 % $2", "R$+ @ $-\t$: $1"],
        ["Sa", "R$+ @ $+\t$@ $1", "R$+\t$: $1 @ x", "R$+ @ x\t$: $1"],  # the second makes what the third wants
        ["Sa", "R$+ @ $+\t$@ $>a $1"],
        ["O UnsafeGroupWrites=false"],
        ["Sa", "R$={Known} $*\t$#RELAY", "C{Known}a"],
        ["Sa", "R$* <  @ $* $m > $*\t$: $1 < @ $2 $m . > $3"],
        ["Sa", "R$+  @  $+\tlocal"],
        ["Sa", "R$={cert_altnames}\t$@ OK"],
        ["O QueueDirectory=/q", "Qslow, P=/q", "Squeuegroup", "R$*\t$# slow", "Sb", "R$*\t$# mqueue"],
    ],
)
def test_is_not_found(lines: list[str]) -> None:
    found = findings(HEAD + "\n".join(lines) + "\n")
    assert [str(finding) for finding in found if finding.kind.level is not Level.INFO] == []


def test_a_finding_names_its_place() -> None:
    (finding,) = findings(HEAD + "Sa\nR$+\t$: $>nowhere $1\n")
    assert str(finding) == "case.cf:10: error N105: there is no ruleset nowhere"


# -- relays

RULES = """
Scanonify=3
R$+ @ $+	$: $1 < @ $2 >
Sparse=0
R$+ < @ $=w >	$#local $: $1
R$+ < @ $+ >	$#esmtp $@ $2 $: $1 @ $2
R$+		$#local $: $1
"""


@pytest.mark.parametrize(
    ("check", "code"),
    [
        ([], "N601"),
        (["Scheck_rcpt", "R$*\t$@ OK"], "N601"),
        (["Scheck_rcpt", "R$*\t$: $>3 $1", "R$+ < @ $=w >\t$@ OK", "R$*\t$#error $: 550 no"], None),
        (["Scheck_relay", "R$*\t$#error $: 550 no"], None),
        (["Scheck_rcpt", "R$*\t$: <$&f>", "R< < $* @ $j > >\t$@ OK", "R$*\t$#error $: 550 no"], "N601"),
        (["O DaemonPortOptions=Addr=127.0.0.1", "Scheck_rcpt", "R$*\t$@ OK"], "N606"),
        (["O DaemonPortOptions=Addr=127.0.0.1", "O DaemonPortOptions=Port=587"], "N601"),
    ],
)
def test_open_relays_are_told(check: list[str], code: str | None) -> None:
    frame = HEAD.partition("Scheck_rcpt")[0]
    found = codes(frame + "\n".join(check) + RULES)
    assert found & {"N601", "N606"} == ({code} if code else set())


def test_a_relay_for_the_percent_form_alone_is_told() -> None:
    """A host that takes user%elsewhere@here, and then sends it there."""
    frame = HEAD.partition("Scheck_rcpt")[0]
    check = "Djlocalhost\nScheck_rcpt\nR< $- % $+ @ localhost >\t$@ OK\nR$*\t$#error $: 550 no\n"
    percent = "Scanonify=3\nR< $+ >\t$: $1\nSparse=0\nR$- % $+ @ localhost\t$#esmtp $@ $2 $: $1 @ $2\n"
    (told,) = [finding.text for finding in findings(frame + check + percent) if finding.kind.code == "N601"]
    assert "RCPT TO:<anybody%relay-probe.example@localhost>" in told


def test_the_example_site_is_no_relay() -> None:
    assert not codes(source_of("example")) & {"N601", "N606"}


def test_macros_of_the_manual_are_known() -> None:
    words = tomllib.loads((Path(__file__).parents[3] / "docs/configuration/meanings.toml").read_text())
    assert set(words["macros"]) <= RUNTIME_MACROS
