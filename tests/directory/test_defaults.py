from pathlib import Path

from noctule.directory import Tls, system_defaults


def test_the_file_and_then_the_environment_count(tmp_path: Path) -> None:
    path = tmp_path / "ldap.conf"
    path.write_text("# a comment\nBASE\tdc=example,dc=org\nuri ldap://a ldap://b\nTLS_CACERT /etc/ca.pem\nODD\n\n")
    said = system_defaults({"LDAPCONF": str(path), "LDAPTLS_REQCERT": "never", "HOME": "/"})
    assert said.base == "dc=example,dc=org"
    assert said.uri == "ldap://a ldap://b"
    assert said.tls == Tls(authorities_file="/etc/ca.pem", verify=False)
    assert system_defaults({"LDAPCONF": str(path), "LDAPBASE": "dc=b"}).base == "dc=b"


def test_without_any_the_certificate_is_checked_all_the_same(tmp_path: Path) -> None:
    for environment in ({"LDAPCONF": str(tmp_path / "none")}, {"LDAPNOINIT": "1", "LDAPTLS_REQCERT": "never"}):
        said = system_defaults(environment)
        assert (said.uri, said.base, said.tls.verify) == ("ldap://localhost", "", True)
