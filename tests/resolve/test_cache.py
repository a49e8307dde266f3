from noctule.resolve.cache import TtlCache


def test_entries_end_with_their_time() -> None:
    now = [0.0]
    cache: TtlCache[str, int] = TtlCache(10, lambda: now[0])
    cache.put("a", 1, 5.0)
    cache.put("b", 2, 0.0)
    assert (cache.get("a"), cache.get("b")) == (1, None)
    now[0] = 5.0
    assert cache.get("a") is None
    assert len(cache) == 0


def test_the_one_used_longest_ago_goes() -> None:
    cache: TtlCache[str, int] = TtlCache(2, lambda: 0.0)
    cache.put("a", 1, 5.0)
    cache.put("b", 2, 5.0)
    assert cache.get("a") == 1
    cache.put("c", 3, 5.0)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    cache.clear()
    assert len(cache) == 0
