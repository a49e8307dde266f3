from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from noctule.resolve import HostsFile


def test_names_and_aliases(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("192.0.2.1\tMail.Example mail # main\n192.0.2.2 mail.example\n#192.0.2.3 off\n192.0.2.1 other\n")
    hosts = HostsFile(str(path))
    assert hosts.addresses("mail.example.") == ("192.0.2.1", "192.0.2.2")
    assert hosts.addresses("off") == ()
    assert hosts.canonical("MAIL") == "Mail.Example"
    assert hosts.name("192.0.2.1") == "Mail.Example"
    assert hosts.name("192.0.2.3") is None


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    hosts = HostsFile(str(path))
    assert hosts.addresses("a") == ()
    path.write_text("192.0.2.1 a\n")
    assert hosts.addresses("a") == ("192.0.2.1",)
    path.write_text("192.0.2.1 a b\n")
    assert hosts.canonical("b") == "a"
    path.unlink()
    assert hosts.addresses("a") == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_file_can_be_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "hosts").write_bytes(data)
    assert isinstance(HostsFile(str(tmp_path / "hosts")).addresses("a"), tuple)
