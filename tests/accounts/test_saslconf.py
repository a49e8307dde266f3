"""Reading Sendmail.conf."""

from pathlib import Path

import pytest

from noctule.accounts.saslconf import read_sasl_configuration
from noctule.base.errors import ConfigurationError
from noctule.files import SafetyPolicy

TEXT = """# for the mail server
pwcheck_method: auxprop
auxprop_plugin: ldapdb
ldapdb_uri: ldaps://localhost
ldapdb_pw: a: secret  value
MECH_LIST:\tplain login

"""


@pytest.fixture
def relaxed() -> SafetyPolicy:
    return SafetyPolicy.of(["TrustStickyBit"])  # temporary directories are world-writable


def test_the_first_directory_that_has_the_file(tmp_path: Path, relaxed: SafetyPolicy) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "Sendmail.conf").write_text(TEXT)
    read = read_sasl_configuration(f"{tmp_path}/none::{tmp_path}/a:{tmp_path}/b", relaxed)
    assert read.file == f"{tmp_path}/b/Sendmail.conf"
    assert read.words("pwcheck_method") == ("auxprop",)
    assert read.get("ldapdb_pw") == "a: secret  value"
    assert read.get("ldapdb_mech", "DIGEST-MD5") == "DIGEST-MD5"
    assert read.mechanisms == ("PLAIN", "LOGIN")
    assert "secret" not in repr(read)


def test_no_file(tmp_path: Path, relaxed: SafetyPolicy) -> None:
    read = read_sasl_configuration(str(tmp_path), relaxed)
    assert (read.file, read.mechanisms) == ("", None)


@pytest.mark.parametrize("line", ["pwcheck_method auxprop", ": x", "a b: c"])
def test_a_line_that_is_none(tmp_path: Path, relaxed: SafetyPolicy, line: str) -> None:
    file = tmp_path / "Sendmail.conf"
    file.write_text(f"mech_list: PLAIN\n{line}\n")
    with pytest.raises(ConfigurationError, match=rf"{file}:2: expected"):
        read_sasl_configuration(str(tmp_path), relaxed)


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_file_others_may_write(tmp_path: Path, relaxed: SafetyPolicy, mode: int) -> None:
    file = tmp_path / "Sendmail.conf"
    file.write_text(TEXT)
    file.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"safesasl\(.*\) failed: (Group|World) writable"):
        read_sasl_configuration(str(tmp_path), relaxed)
