from rewrite.applying import engine


def test_numbers_always_exist_and_names_only_when_defined() -> None:
    rules = engine("Sname=7\nRa\tb\n")
    named = rules.find("7")
    assert named is not None
    assert named is rules.find("name")
    assert named.title == "name"
    assert rules.find("99") is not None
    assert rules.find("100") is None
    assert rules.find("NAME") is None
