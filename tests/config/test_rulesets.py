"""S and R lines: names, numbers, and how a line is cut into two sides."""

from config.disk import read
from noctule.symbols.expand import spell


def test_names_count_down_from_199_and_may_be_given_a_number() -> None:
    conf = read("V10\nSfoo\nSbar=7\nS7\nR$*\tx\nMx,P=/y,A=z,S=q1/q2,R=bar\nHFoo: $>chk\nSparse=0\nSS\n")
    numbers = {ruleset.name: ruleset.number for ruleset in conf.rulesets}
    assert numbers == {"foo": 199, "bar": 7, "q1": 198, "q2": 197, "chk": 196, "parse": 0, "S": 195}
    assert len(next(ruleset for ruleset in conf.rulesets if ruleset.number == 7).rules) == 1


def test_rules_of_a_repeated_ruleset_are_appended() -> None:
    conf = read("V10\nSa\nRx\ty\nSb\nSa\nRz\tw\n")
    assert [rule.left for rule in conf.rulesets[0].rules] == ["x", "z"]
    assert [note.text for note in conf.notes] == ["WARNING: Ruleset a has multiple definitions"]


def test_sides_and_comment() -> None:
    conf = read("V10\nSa\nR$* <@ $+>\t\t\t$1@$2\tcomment\twith tabs\nRa b\t$(m $1 $@ x $: y $)\n")
    (first, second) = conf.rulesets[0].rules
    assert (spell(first.left), spell(first.right)) == ("$* <@ $+>", "$1@$2")
    assert spell(second.right) == "$(m $1 $@ x $: y $)"
    assert [error.text for error in conf.errors][:1] == ["replacement $1 out of bounds"]


def test_rules_with_mistakes_are_kept_and_rules_after_a_bad_name_are_not() -> None:
    conf = read("V10\nSa\nR$*\t$2\nS100\nRa\tb\n")
    assert [len(ruleset.rules) for ruleset in conf.rulesets] == [1]
