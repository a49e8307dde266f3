"""Keys that are remembered, and read again when they are old or one is missing."""

import asyncio
import json
from pathlib import Path

import pytest

from noctule.accounts.keyset import LIFETIME, MAX_KEYS, PAUSE, KeySet, from_file
from noctule.base.errors import TemporaryError
from noctule.files import SafetyPolicy

RELAXED = SafetyPolicy.of(["TrustStickyBit"])  # temporary directories are world-writable


class Issuer:
    """Gives what it has, counts how often; None: it is down."""

    def __init__(self, *ids: str) -> None:
        self.text: bytes | None = keys(*ids)
        self.reads = 0
        self.now = 0.0
        self.set = KeySet("issuer", self.read, lambda: self.now)

    async def read(self) -> bytes:
        self.reads += 1
        if self.text is None:
            raise TemporaryError("issuer: down")
        return self.text

    def find(self, id_: str | None) -> str | None:
        key = asyncio.run(self.set.key(id_))
        return None if key is None else str(key["kid"])


def keys(*ids: str, **more: object) -> bytes:
    return json.dumps({"keys": [{"kid": id_, "kty": "RSA"} | more for id_ in ids]}).encode()


def test_a_key_is_asked_for_once_in_its_time() -> None:
    issuer = Issuer("one", "two")
    assert [issuer.find(id_) for id_ in ("one", "two", "one")] == ["one", "two", "one"]
    assert issuer.reads == 1
    issuer.now += LIFETIME
    issuer.text = keys("two")
    assert issuer.find("one") is None
    assert issuer.reads == 2


def test_a_new_key_is_found_but_made_up_ones_keep_nobody_busy() -> None:
    issuer = Issuer("one")
    issuer.find("one")
    issuer.text = keys("new")
    assert issuer.find("new") is None
    issuer.now += PAUSE
    assert issuer.find("new") == "new"
    assert [issuer.find(f"made up {n}") for n in range(50)] == [None] * 50
    assert issuer.reads == 2


def test_an_issuer_that_is_down() -> None:
    issuer = Issuer("one")
    issuer.find("one")
    issuer.text = None
    assert issuer.find("one") == "one"
    issuer.now += LIFETIME
    with pytest.raises(TemporaryError, match="down"):
        issuer.find("one")


def test_without_an_id_only_a_single_key_will_do() -> None:
    assert Issuer("one").find(None) == "one"
    assert Issuer("one", "two").find(None) is None


def test_keys_for_other_purposes_are_none() -> None:
    issuer = Issuer()
    issuer.text = keys("one", use="enc")
    assert issuer.find("one") is None


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"keys": 1}', b"[" * 60_000, keys(*map(str, range(MAX_KEYS + 1))), b"\xff"]
)
def test_what_is_no_set_is_no_answer(text: bytes) -> None:
    issuer = Issuer()
    issuer.text = text
    with pytest.raises(TemporaryError, match="issuer: no set of"):
        issuer.find("one")


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    read = from_file(str(path), RELAXED)
    with pytest.raises(TemporaryError, match="keys: No such file"):
        asyncio.run(read())
    path.write_bytes(keys("one"))
    path.chmod(0o666)
    with pytest.raises(TemporaryError, match="keys: Group writable file"):
        asyncio.run(read())
    path.chmod(0o644)
    assert asyncio.run(read()) == keys("one")
