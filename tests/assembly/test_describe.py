from pathlib import Path

import pytest

from assembly.configurations import sound
from noctule.assembly import identity
from noctule.assembly.describe import describe, features
from noctule.maps import CLASSES, available


def described(root: Path, debug: str) -> str:
    configuration = sound(root, "Dwhost", "Dmexample.com", "O PidFile=/run/x.pid")
    configuration.debug.set(debug or "0.0")
    return describe(configuration, "/etc/x.cf")


def test_silence_without_a_level(tmp_path: Path) -> None:
    assert described(tmp_path, "") == ""
    assert described(tmp_path, "21.12") == ""


def test_the_first_level(tmp_path: Path) -> None:
    lines = described(tmp_path, "0.1").splitlines()
    assert lines[0].startswith("Version ")
    assert lines[1].startswith(" Compiled with: ")
    end = lines.index("============ SYSTEM IDENTITY (after readcf) ============")
    assert lines[end - 1] == ""
    assert lines[end + 1 :] == [
        "      (short domain name) $w = host",
        "  (canonical domain name) $j = host.example.com",
        "         (subdomain name) $m = example.com",
        f"              (node name) $k = {identity.of_this_host().node}",
        "=" * 56,
        "",
    ]
    assert "Canonical name" not in "\n".join(lines)


def test_the_version_alone(tmp_path: Path) -> None:
    assert len(described(tmp_path, "0.101").splitlines()) == 1


def test_names_of_the_host(tmp_path: Path) -> None:
    lines = described(tmp_path, "0.4").splitlines()
    here = identity.of_this_host()
    assert f"Canonical name: {here.canonical}" in lines
    assert f" UUCP nodename: {here.node}" in lines
    assert "\ta.k.a.: [127.0.0.1]" in lines
    assert not any("Conf file" in line for line in lines)


def test_files(tmp_path: Path) -> None:
    text = described(tmp_path, "0.10")
    for line in (
        "    OS Defines: ",
        "     Conf file:\t/etc/mail/submit.cf (default for MSP)\n",
        "     Conf file:\t/etc/mail/sendmail.cf (default for MTA)\n",
        "     Conf file:\t/etc/x.cf (selected)\n",
        "      Pid file:\t/run/x.pid (selected)\n",
    ):
        assert line in text


def test_lines_of_words_do_not_grow(tmp_path: Path) -> None:
    block = described(tmp_path, "0.1").partition("\n\n")[0].splitlines()[1:]
    assert len(block) > 1
    assert all(line.startswith("\t\t") for line in block[1:])
    assert all(len(line.lstrip("\t")) <= 63 for line in block[1:])


@pytest.mark.parametrize("info", [info for info in CLASSES if info.feature], ids=lambda info: info.name)
def test_a_feature_is_named_when_it_is_there(info) -> None:  # type: ignore[no-untyped-def]
    others = [other for other in CLASSES if other.feature == info.feature and available(other)]
    assert (info.feature in features()) == bool(others)
