import ipaddress
import os
import socket

from noctule.assembly.identity import Identity, interface_addresses, of_this_host
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros


def defined(identity: Identity) -> tuple[Macros, Classes]:
    macros, classes = Macros(), Classes()
    identity.define(macros, classes)
    return macros, classes


def test_a_host_with_a_domain() -> None:
    macros, classes = defined(Identity("mail.example.com", "node", ("mail", "www.example.com")))
    assert {name: macros.get(name) for name in "jwmk"} == {
        "j": "mail.example.com",
        "w": "mail",
        "m": "example.com",
        "k": "node",
    }
    assert list(classes.members("w")) == ["mail.example.com", "mail", "www.example.com"]
    assert list(classes.members("k")) == ["node"]


def test_a_host_without_a_domain_has_no_m() -> None:
    macros, classes = defined(Identity("box", "box"))
    assert (macros.get("j"), macros.get("w"), macros.get("m")) == ("box", "box", None)
    assert list(classes.members("w")) == ["box"]


def test_this_host() -> None:
    here = of_this_host()
    assert here.node == os.uname().nodename
    assert here.canonical == next((name for name in here.aliases if "." in name and "[" not in name), here.aliases[0])
    assert here.aliases[0] == (socket.gethostname() or "localhost")
    assert "localhost" not in here.aliases[1:]


def test_interfaces_begin_with_ipv4_and_know_the_loopback() -> None:
    found = [ipaddress.ip_address(address) for address in interface_addresses()]
    assert ipaddress.ip_address("127.0.0.1") in found
    assert [address.version for address in found] == sorted(address.version for address in found)
    assert not any(address.version == 6 and address.is_link_local for address in found)
