from contextlib import closing
from pathlib import Path

from assembly.configurations import configure
from noctule.assembly.checking import include_map_errors
from noctule.assembly.tables import open_tables
from noctule.maps import Environment


def test_mistakes_in_maps_stand_at_their_lines(tmp_path: Path) -> None:
    configuration = configure(
        tmp_path, "Kfirst hash", "O NoSuchOption=1", "Kgood null", "Knone nosuch x", "O Another=2"
    )
    with closing(open_tables(configuration, Environment())) as table:
        include_map_errors(configuration, table.errors)
    assert [complaint.text for complaint in configuration.complaints] == [
        "No file name for hash map first",
        "readcf: unknown option name NoSuchOption",
        "readcf: map none: class nosuch not available",
        "readcf: unknown option name Another",
    ]
    assert configuration.status == 70


def test_a_mistake_in_a_map_alone_is_an_error(tmp_path: Path) -> None:
    configuration = configure(tmp_path, "Kbar sequence none1")
    assert not configuration.errors
    with closing(open_tables(configuration, Environment())) as table:
        include_map_errors(configuration, table.errors)
    (error,) = configuration.errors
    assert str(error).endswith("test.cf: line 10: Sequence map bar: unknown member map none1")
