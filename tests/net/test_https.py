"""Requests to a real HTTPS server on this host."""

import asyncio
import ssl
from pathlib import Path

import pytest

import tokenhost
from noctule.net.https import MAX_ANSWER, Https, Request, is_https_url, reason


def test_a_page_and_a_form(tmp_path: Path) -> None:
    with tokenhost.running(tmp_path, tokenhost.Host(keys=(200, b"text"), tokens={"a&b": (200, b"ok")})) as host:
        https = Https(ssl.create_default_context(cafile=str(host.authority)))
        page = asyncio.run(https.ask(Request(url=f"{host.url}/keys")))
        form = Request(
            url=f"{host.url}/introspect?x=1", form=(("token", "a&b"),), user=tokenhost.ID, password=tokenhost.SECRET
        )
        assert (page.status, page.body) == (200, b"text")
        assert asyncio.run(https.ask(form)).body == b"ok"
        assert asyncio.run(https.ask(Request(url=f"{host.url}/none"))).status == 404
        assert tokenhost.SECRET not in repr(form) and "a&b" not in repr(form)


def test_an_answer_that_is_too_long(tmp_path: Path) -> None:
    with tokenhost.running(tmp_path, tokenhost.Host(keys=(200, b" " * (MAX_ANSWER + 1)))) as host:
        https = Https(ssl.create_default_context(cafile=str(host.authority)))
        with pytest.raises(OSError, match="more than"):
            asyncio.run(https.ask(Request(url=f"{host.url}/keys")))


def test_what_is_no_server(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        asyncio.run(Https(ssl.create_default_context()).ask(Request(url="https://127.0.0.1:1/")))
    assert reason(caught.value) == "Connection refused"
    assert reason(TimeoutError()) == "no answer in time"


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://localhost", True),
        ("https://[::1]:8443/a/b?c=d", True),
        ("http://localhost/", False),
        ("https://", False),
        ("https://me:secret@localhost/", False),
        ("https://localhost:port/", False),
        ("https://localhost/a b", False),
        ("https://localhost/\r\nHost: other", False),
        ("https://l\u00f6calhost/", False),
    ],
)
def test_urls(url: str, good: bool) -> None:
    assert is_https_url(url) is good
