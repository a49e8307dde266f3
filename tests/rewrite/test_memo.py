from noctule.rewrite.memo import MEMO_SIZE, Memo, Notes, Outcome, Remembered


def entry(classes: int = 0) -> Remembered:
    return Remembered(Outcome(("x",)), Notes(), classes)


def test_a_result_lasts_while_the_classes_are_the_same() -> None:
    memo = Memo()
    memo.keep(3, ("a",), entry(classes=5))
    assert memo.recall(3, ("a",), 5) is not None
    assert memo.recall(3, ("a",), 6) is None
    assert memo.recall(4, ("a",), 5) is None


def test_long_workspaces_are_not_kept() -> None:
    memo = Memo()
    memo.keep(3, ("a",) * 65, entry())
    assert memo.recall(3, ("a",) * 65, 0) is None


def test_the_oldest_go_first() -> None:
    memo = Memo()
    for number in range(MEMO_SIZE + 1):
        memo.keep(3, (str(number),), entry())
    assert memo.recall(3, ("0",), 0) is None
    assert memo.recall(3, (str(MEMO_SIZE // 2),), 0) is not None
    assert memo.recall(3, (str(MEMO_SIZE),), 0) is not None
