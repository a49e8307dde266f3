import os
from pathlib import Path

import pytest

from assembly.configurations import configure, sound, write_cf
from noctule.assembly.identity import interface_addresses, of_this_host
from noctule.assembly.reading import Request, read_configuration
from noctule.base.errors import ConfigurationError


def test_a_missing_file_is_said_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent.cf: line 0: cannot open: No such file or directory"):
        read_configuration(Request(path=str(tmp_path / "absent.cf")))


def test_a_directory_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="line 0: cannot open: "):
        read_configuration(Request(path=str(tmp_path)))


def test_macros_are_there_before_the_file(tmp_path: Path) -> None:
    configuration = sound(tmp_path, "C{Known}$n $v $p")
    assert configuration.macros.get("opMode") == "m"
    assert set(configuration.classes.members("Known")) == {
        "MAILER-DAEMON",
        configuration.macros.get("v"),
        str(os.getpid()),
    }
    assert all(configuration.macros.get(name) for name in ("a", "b", "d", "t", "time"))


def test_the_command_line_wins_over_the_file(tmp_path: Path) -> None:
    path = write_cf(tmp_path, "O LogLevel=3", "O MaxHopCount=3")
    configuration = read_configuration(
        Request(path=str(path), settings=(" LogLevel=14", "h44"), macros=(("Q", "set"), ("r", "UUCP")))
    )
    assert configuration.options.integer("LogLevel") == 14
    assert configuration.options.integer("MaxHopCount") == 44
    assert configuration.macros.get("Q") == "set"


def test_interfaces_are_ours_with_the_names_of_the_hosts_file(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 loop.example.com loop host.example.com\n")
    probing = f"O HostsFile={hosts}"
    path = write_cf(tmp_path, probing)
    path.write_text(path.read_text().replace("O DontProbeInterfaces=true\n", ""))
    members = set(read_configuration(Request(path=str(path))).classes.members("w"))
    assert {"[127.0.0.1]", "loop.example.com", "[loop.example.com]", "loop", "[loop]"} <= members
    assert "[host.example.com]" not in members  # was known before


def test_a_loopback_can_be_left_out(tmp_path: Path) -> None:
    path = write_cf(tmp_path)
    path.write_text(path.read_text().replace("DontProbeInterfaces=true", "DontProbeInterfaces=loopback"))
    classes = read_configuration(Request(path=str(path))).classes
    others = [address for address in interface_addresses() if not address.startswith(("127.", "::1"))]
    assert classes.contains("w", "[127.0.0.1]") == ("[127.0.0.1]" in of_this_host().aliases)
    assert all(classes.contains("w", f"[{address}]") for address in others if ":" not in address)


def test_nothing_is_probed_when_told_so(tmp_path: Path) -> None:
    probed = {f"[{address}]" for address in interface_addresses()} - set(of_this_host().aliases)
    assert probed.isdisjoint(sound(tmp_path).classes.members("w"))


def test_errors_of_the_file_are_complaints(tmp_path: Path) -> None:
    configuration = configure(tmp_path, "O NoSuchOption=1", f"Fw{tmp_path}/absent")
    assert [complaint.text for complaint in configuration.errors] == [
        "readcf: unknown option name NoSuchOption",
        f"fileclass: cannot open '{tmp_path}/absent': No such file or directory",
    ]
    assert configuration.status == 71


def test_safety_is_relaxed_from_its_line_on(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "words").write_text("one\n")
    line = f"F{{Words}}{folder}/words"
    configuration = configure(tmp_path, line, "O DontBlameSendmail=ClassFileInUnsafeDirPath", line)
    (error,) = configuration.errors
    assert error.text == f"fileclass: cannot open '{folder}/words': World writable directory"
    assert error.position is not None
    assert error.position.line == 10
    assert list(configuration.classes.members("Words")) == ["one"]
