from config.disk import read

HEAD = "V10\nMlocal, P=/x, A=x\n"


def test_a_group_without_a_path_needs_a_queue_directory() -> None:
    assert [e.text for e in read(HEAD + "Qa, R=1\n").errors] == ["QueueDir must be defined before queue groups"]
    assert read(HEAD + "O QueueDirectory=/q\nQa, R=1\n").errors == []


def test_runners_without_the_flag_are_warned_of() -> None:
    warnings = read(HEAD + "Qa, P=/q, R=3\nQb, P=/q, R=3, F=f\n").warnings
    assert [str(w) for w in warnings] == [
        "Warning: Q=a: R=3: multiple queue runners specified",
        "\tbut flag 'f' is not set",
    ]


def test_names_have_no_case() -> None:
    assert read(HEAD + "QFast, P=/q, I=90s\n").queue_groups["fast"].interval == 90
