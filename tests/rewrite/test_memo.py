from noctule.rewrite.memo import MEMO_SIZE, VARIANTS, Memo, Notes, Outcome, Remembered


def entry(classes: int = 0) -> Remembered:
    return Remembered(Outcome(("x",)), Notes(), classes)


def test_a_result_lasts_while_the_classes_are_the_same() -> None:
    memo = Memo()
    memo.keep(3, ("a",), entry(classes=5))
    assert memo.recall(3, ("a",), 5)
    assert not memo.recall(3, ("a",), 6)
    assert not memo.recall(4, ("a",), 5)


def test_long_workspaces_are_not_kept() -> None:
    memo = Memo()
    memo.keep(3, ("a",) * 65, entry())
    assert not memo.recall(3, ("a",) * 65, 0)


def test_the_oldest_go_first() -> None:
    memo = Memo()
    for number in range(MEMO_SIZE + 1):
        memo.keep(3, (str(number),), entry())
    assert not memo.recall(3, ("0",), 0)
    assert memo.recall(3, (str(MEMO_SIZE // 2),), 0)
    assert memo.recall(3, (str(MEMO_SIZE),), 0)


def test_the_latest_variants_of_a_workspace_are_kept() -> None:
    memo = Memo()
    variants = [Remembered(Outcome((str(number),)), Notes(), 0) for number in range(VARIANTS + 1)]
    for variant in variants:
        memo.keep(3, ("a",), variant)
    assert memo.recall(3, ("a",), 0) == tuple(reversed(variants[1:]))
