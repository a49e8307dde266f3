"""Trees are drawn with lines, in colours where they are wanted."""

from noctule.commands.branches import Branch, Colour, draw

TREE = Branch("top", Colour.BOLD, [Branch("a", branches=[Branch("one\ntwo", branches=[Branch("deep")])]), Branch("b")])


def test_lines_lead_from_branch_to_branch() -> None:
    assert list(draw(TREE, colours=False, boxes=True)) == [
        "top",
        "├─ a",
        "│  └─ one",
        "│     two",
        "│     └─ deep",
        "└─ b",
    ]


def test_without_box_characters_it_is_ascii() -> None:
    assert list(draw(TREE, colours=False, boxes=False))[1:4] == ["|- a", "|  `- one", "|     two"]


def test_colours_end_with_their_line() -> None:
    assert next(draw(TREE, colours=True, boxes=True)) == "\x1b[1mtop\x1b[0m"
