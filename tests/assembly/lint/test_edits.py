"""Further mistakes, each in a few lines that somebody might add to, or take out of, a configuration."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assembly.lint.samples import findings, source_of
from noctule.assembly.lint import Finding, lint_file

Edit = Callable[[str], str]
EXAMPLE = source_of("example")


def found_in(text: str) -> set[tuple[str, str]]:
    return {(finding.kind.code, finding.text) for finding in findings(text)}


KNOWN = found_in(EXAMPLE)


def adding(*lines: str) -> Edit:
    return lambda text: "\n".join([text.rstrip("\n"), *lines, ""])


def option(line: str, *, alone: str = "") -> Edit:
    """An option set before all others; `alone`: the lines that begin so are taken out."""
    return lambda text: line + "\n" + (without(f"O {alone}")(text) if alone else text)


def without(beginning: str) -> Edit:
    return lambda text: "\n".join(line for line in text.split("\n") if not line.startswith(beginning))


def replacing(pattern: str, new: str) -> Edit:
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.MULTILINE)


def rules(*lines: str) -> Edit:
    return adding("SLocal_x", *lines)


EDITS: dict[str, list[Edit]] = {
    "N101": [
        adding("HX-Site: ${NoSuchSite}"),
        option("O SmtpGreetingMessage=$j ${NoSuchSite}"),
        replacing(r"A=TCP \$h", "A=TCP $h ${NoSuchPort}"),
        rules("R$*\t$: $1 $&K"),
    ],
    "N102": [
        adding("C{Ours}$={NoSuchClass}"),
        rules("R$* < @ $~{NoSuch} >\t$: $1"),
        rules("R$=I @ $+\t$: $1"),
    ],
    "N103": [
        rules("R$+\t$: $>Local_y $(nosuchmap $1 $)", "SLocal_y"),
        adding("Kknown hash -o /etc/nothing", "SLocal_x", "R$+\t$: $(knwon $1 $: no $)"),
        adding("Kknown macro", "HX-Check: $>Local_x", "SLocal_x", "R$+\t$: $(known $1 $) $(other $@ a $: b $)"),
    ],
    "N104": [
        without("Mesmtp"),
        rules("R$+ < @ $+ >\t$#relais $@ mail.example.org $: $1"),
        rules("R$+\t$# ESMTPX $: $1"),
    ],
    "N105": [
        adding("HX-Check: $>CheckNothing"),
        rules("R$+\t$: $>77 $1"),
        rules('R$+\t$: $>"no_such" $1'),
        adding("Mown, P=[IPC], F=mDFMuX, S=NoA/NoB, R=NoC, A=TCP $h"),
    ],
    "N202": [
        adding("Kx macro", "SLocal_x", "R$+\t$: $(x {y} $@ $3 $)"),
        rules("R$+\t$: $[ $2 $]"),
        rules("R$+\t$#local $: $4"),
        rules("R$- @ $-\t$@ $>3 $3"),
    ],
    "N203": [
        rules("R$- @ $+\t$@ a", "R$- @ $=w\t$@ b"),
        rules("R$*\t$#local $: $1", "R$+ @ here\t$@ b"),
        rules("R$* < @ $* > $*\t$@ a", "R$+ < @ $+ . > \t$@ b"),
    ],
    "N204": [rules("R$#error $*\t$@ a"), rules("R$#$+ $: $+\t$@ $1"), rules("R$# local $: $*\t$: $1")],
    "N206": [
        rules("R$+ @ $+\t$1 @ $2 . x"),
        rules("R$* < $* > $*\t$1 < $2 > $3"),
        rules("R$- % $-\t$2 % $1"),
        rules("R$+\t$1"),
    ],
    "N207": [
        rules("R$*\t$: $>Local_y $1", "SLocal_y", "R$*\t$: $>Local_x $1"),
        rules("R$*\t$: $>Local_y $1", "SLocal_y", "R$*\t$: $>Local_z $1", "SLocal_z", "R$*\t$@ $>Local_x $1"),
        rules("R$+ @ $+\t$: $1 @ $2 .", "R$*\t$: $>Local_y $1", "SLocal_y", "R$*\t$: x $1", "R$*\t$: $>Local_x $1"),
        rules("R$+ @ $+\t$@ $>Local_y $1 @ $2", "SLocal_y", "Rx\t$@ y", "R$+ @ $+\t$@ $>Local_x $1 @ $2"),
        rules("R$+ < @ $+ >\t$@ $>Local_x $1 < @ $2 >"),
    ],
    "N201": [
        rules("R$+ @ $+ $@ $1"),
        rules("R$+ @ $+    $@ $1\tthe rest"),
        rules("R$+ < @ $+ > $#local $: $1\tcomment"),
        rules("R$+ @ $+  OK\tour friends"),
        rules("R$+ @ $+ $1\tour friends"),
        rules("R$+ @ $+ $: $1\tour friends"),
    ],
    "N501": [option("O UnsafeGroupWrites"), option("O QueueTimeout=5d"), option("O DontLockFilesForRead=true")],
    "N502": [option("O FIPSMode=true"), option("O QueueFileMode=0600"), option("O InetQoS=lowdelay")],
    "N503": [option("O RejectLogInterval=3h"), option("O StatusFile=/s"), option("O DANE=true")],
    "N001": [option("O MaxMesageSize=100"), option("O Timeout.qeuereturn=5d"), adding("Zwhat")],
    "N604": [
        option("O DontBlameSendmail=WorldWritableForwardFile", alone="DontBlame"),
        option("O DontBlameSendmail=safe,WorldWritableIncludeFile", alone="DontBlame"),
        option("O DontBlameSendmail=RunWritableProgram", alone="DontBlame"),
    ],
    "N605": [
        option("O DefaultUser=root", alone="DefaultUser"),
        option("Ou0", alone="DefaultUser"),
        replacing(r"^Mprog,(.*?)F=", r"Mprog,\1U=root, F="),
    ],
    "N606": [
        replacing(r"^Scheck_rcpt", "SNoLonger"),
        replacing(r"^R.*550 Relaying denied.*", "R$+\t$@ RELAY"),
        replacing(r"^Scheck_rcpt", "Scheck_rcpt\nR$*\t$: $1\nR$+\t$@ OK"),
    ],
    "N603": [without("O PrivacyOptions"), option("O PrivacyOptions=public", alone="PrivacyOptions")],
    "N607": [
        adding("Xf, S=unix:/run/f", "O InputMailFilters=f"),
        adding("Xf, S=unix:/run/f, F=T", "O DaemonPortOptions=Name=MSA, Port=587, I=f"),
    ],
}
ALSO = {"N201": {"N001"}, "N606": {"N601"}}
CASES = [(code, number) for code, edits in EDITS.items() for number in range(len(edits))]


@pytest.mark.parametrize(("code", "number"), CASES)
def test_is_found(code: str, number: int) -> None:
    spoiled = EDITS[code][number](EXAMPLE)
    assert spoiled != EXAMPLE
    new = {found for found, _ in found_in(spoiled) - KNOWN}
    assert new & {code, *ALSO.get(code, ())}, new


def test_there_are_sixty() -> None:
    assert len(CASES) >= 60


SITE = """\
OSTYPE(`linux')dnl
define(`confDEF_USER_ID', `0:0')dnl
define(`confUSE_ERRORS_TO', `True')dnl
define(`confDONT_BLAME_SENDMAIL', `WorldWritableAliasFile')dnl
define(`confMAX_RUNNERS_PER_QUEUE', `3')dnl
INPUT_MAIL_FILTER(`spam', `S=unix:/run/spam')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`mailertable', `hash /nowhere/table')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
HX-Site: ${NoSuchSite}
LOCAL_RULESETS
SLocal_x
R$={NoSuchClass}	$@ a
R$- @ here	$: $(nosuchmap $1 $)
R$- @ there	$: $>NoSuchRules $1
R$- @ nowhere	$#nosuchmailer $: $1
R$- @ $-	$: $3
R$- @ $+   $@ OK	our friends
R$- % $-	$2 % $1
R$#local $*	$: $1
R$*	$@ $1
R$+	$@ last
SLocal_y
R$+ . $+	$@ $>Local_y $1 . $2
"""
LINES = {
    "N605": 2, "N501": 3, "N604": 4, "N502": 5, "N402": 8, "N101": 12, "N102": 15, "N103": 16, "N105": 17,
    "N104": 18, "N202": 19, "N201": 20, "N206": 21, "N204": 22, "N203": 24, "N207": 26,
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    path = tmp_path_factory.mktemp("site") / "site.mc"
    path.write_text(SITE)
    return lint_file(str(path))


@pytest.mark.parametrize(("code", "line"), LINES.items())
def test_findings_of_a_site_file_have_its_lines(told: list[Finding], code: str, line: int) -> None:
    places = [finding.position.source or finding.position for finding in told if finding.kind.code == code]
    assert line in [place.line for place in places if Path(place.file).name == "site.mc"]


def test_a_promiscuous_site_is_an_open_relay_and_its_filter_is_not_called(told: list[Finding]) -> None:
    assert {"N601", "N607"} <= {finding.kind.code for finding in told}
