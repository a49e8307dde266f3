"""What counts of the answers of test mode."""

from cf.differential import statements
from cf.questions import PLAIN, Question, addresses, questions, verdict


def test_a_verdict_is_the_last_result_without_names() -> None:
    answer = 'a input: a\nb returns: b\na returns: $# error $@ 5 . 1 . 8 $: "553 no " x\n'
    assert verdict(Question("check_mail a", "check_mail [x]"), answer) == "$# error $@ 5 . 1 . 8 $:553nox"
    assert verdict(Question("check_mail a", "check_mail [x]"), "check_mail       returns: OK\n") == "accepted"
    assert verdict(Question("srv_features a", "srv_features [x]"), "srv_features     returns: $# S\n") == "$# S"


def test_of_parse_only_the_triple_counts() -> None:
    answer = "Cracked address = $g\n3 input: joe\n0 returns: $# local $: joe\nmailer local, user joe\n"
    assert verdict(Question("/parse joe", "parse"), answer) == "Cracked address = $g\nmailer local, user joe"


def test_addresses_are_the_same_each_time() -> None:
    assert addresses(300, 1) == addresses(300, 1) != addresses(300, 2)
    assert len(addresses(300, 1)) == 300


def test_every_situation_begins_with_all_macros() -> None:
    asked = list(questions({"check_mail"}, ["local"], 20, 1))
    assert [question.line for question in asked[: len(PLAIN)]] == [
        f".D{{{name}}}{value}" for name, value in PLAIN.items()
    ]
    assert {question.topic for question in asked if question.line.startswith("/try local")} == {
        f"try {flags} local" for flags in ("ES", "ER", "HS", "HR")
    }


def test_statements_do_not_depend_on_names_inside() -> None:
    theirs = statements("DMx\nCwa b\nC{Src}E\nMlocal, P=/bin/a,\n\tS=One/Two, R=Three, A=a\nR$*\tx\n")
    ours = statements("D{M}x\nCwa\nCwb\nMlocal, P=/bin/a, S=Four, R=Five, A=a\nSx\n")
    assert theirs == ours
