from pathlib import Path

from noctule.accounts import ANY_SHELL, read_shells
from noctule.accounts.shells import may_run_programs


def test_reads_paths_only(tmp_path: Path) -> None:
    path = tmp_path / "shells"
    path.write_text("# shells\n/bin/sh\n/bin/bash # the usual\nrelative\n\n")
    assert read_shells(str(path)) == {"/bin/sh", "/bin/bash"}


def test_without_a_file_the_traditional_two(tmp_path: Path) -> None:
    assert read_shells(str(tmp_path / "none")) == {"/bin/sh", "/bin/csh"}


def test_no_shell_means_bin_sh() -> None:
    assert may_run_programs("", frozenset({"/bin/sh"}))
    assert not may_run_programs("/bin/false", frozenset({"/bin/sh"}))
    assert may_run_programs("/bin/false", frozenset({ANY_SHELL}))
