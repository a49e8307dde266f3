from collections.abc import Mapping

import pytest

from noctule.deliver.plan import AskAddresses, AskExchangers, Connect, GiveUp, Plan, PlanSettings, split_hosts
from noctule.mail.outcome import Deferred, Failed, Outcome
from noctule.resolve.mx import MailExchanger, NullMx
from noctule.resolve.results import Found, NotFound, Result, Temporary

ME = "me.example"
REFUSED = Deferred(status="4.4.1", text="Deferred: Connection refused by x.")
UNWANTED = Failed(status="5.7.1", text="Service unavailable")
Exchangers = Result[tuple[MailExchanger, ...]] | NullMx


def mx(*names: str) -> Found[tuple[MailExchanger, ...]]:
    """`b:20` is host b with preference 20."""
    pairs = [name.partition(":") for name in names]
    return Found(tuple(MailExchanger(host, int(preference or 10)) for host, _, preference in pairs))


def walk(
    plan: Plan,
    exchangers: Mapping[str, Exchangers],
    addresses: Mapping[str, Result[tuple[str, ...]]],
    failures: Mapping[str, Outcome] | None = None,
) -> tuple[list[str], Outcome]:
    """Follow a plan to its end; every connection fails."""
    tried = []
    for _ in range(500):
        match plan.next_step():
            case AskExchangers(domain):
                plan.report_exchangers(exchangers.get(domain, NotFound()))
            case AskAddresses(host):
                plan.report_addresses(addresses.get(host, Found((f"ip-{host}",))))
            case Connect(host, address):
                tried.append(f"{host} {address}")
                plan.report_failure((failures or {}).get(host, REFUSED))
            case GiveUp(outcome):
                return tried, outcome
    raise AssertionError("the plan does not end")


def plan(destination: str, *, use_mx: bool = True, fallback_mx: str = "", smart: str = "", null: bool = False) -> Plan:
    settings = PlanSettings(
        is_me=lambda name: name == ME, fallback_mx=fallback_mx, fallback_smart_host=smart, try_null_mx_list=null
    )
    return Plan(destination, settings, use_mx=use_mx)


def test_exchangers_in_order_with_all_their_addresses() -> None:
    tried, outcome = walk(plan("d"), {"d": mx("a:5", "b:10")}, {"a": Found(("1", "2"))})
    assert tried == ["a 1", "a 2", "b ip-b"]
    assert outcome == REFUSED


def test_no_exchangers_are_asked_for_a_bracketed_host_or_with_f_0() -> None:
    assert walk(plan("[h]"), {}, {})[0] == ["[h] ip-[h]"]
    assert walk(plan("h", use_mx=False), {}, {})[0] == ["h ip-h"]


def test_several_hosts_joined_by_colons() -> None:
    assert split_hosts("a:[192.0.2.1]:[IPv6:2001:db8::1]::b") == ["a", "[192.0.2.1]", "[IPv6:2001:db8::1]", "b"]
    assert walk(plan("[a]:[b]"), {}, {})[0] == ["[a] ip-[a]", "[b] ip-[b]"]


def test_only_exchangers_better_than_ourselves() -> None:
    tried, _ = walk(plan("d"), {"d": mx("a:5", f"{ME}:10", "b:10", "c:20")}, {})
    assert tried == ["a ip-a"]


def test_being_the_best_exchanger_is_a_configuration_error() -> None:
    tried, outcome = walk(plan("d", fallback_mx="f"), {"d": mx(f"{ME}:10", "b:20")}, {})
    assert not tried
    assert isinstance(outcome, Failed) and outcome.status == "5.3.5" and "loops back to me" in outcome.reply


def test_try_null_mx_list_takes_the_host_itself() -> None:
    assert walk(plan("d", null=True), {"d": mx(f"{ME}:10")}, {})[0] == ["d ip-d"]


def test_null_mx_fails_at_once() -> None:
    tried, outcome = walk(plan("d.", fallback_mx="f"), {"d.": NullMx()}, {})
    assert (tried, outcome.status, outcome.text) == ([], "5.1.10", "Domain d does not accept mail (nullMX)")


def test_a_domain_that_does_not_exist() -> None:
    _, outcome = walk(plan("d."), {}, {})
    assert outcome.text == "Host unknown (Name server: d.: host not found)"
    assert isinstance(outcome, Failed) and outcome.status == "5.1.2"


def test_a_name_server_that_does_not_answer_is_never_host_unknown() -> None:
    _, outcome = walk(plan("d"), {"d": Temporary()}, {})
    assert outcome == Deferred(status="4.4.3", text="Deferred: Name server: d: host name lookup failure")
    _, outcome = walk(plan("d"), {"d": mx("a", "b")}, {"a": Temporary(), "b": NotFound()})
    assert isinstance(outcome, Deferred)


def test_the_fallback_exchanger_comes_last() -> None:
    assert walk(plan("d", fallback_mx="f"), {"d": mx("a:5")}, {})[0] == ["a ip-a", "f ip-f"]
    assert walk(plan("d", fallback_mx="f"), {"d": Temporary()}, {})[0] == ["f ip-f"]


def test_the_fallback_smart_host_only_for_names_that_do_not_exist() -> None:
    assert walk(plan("d", smart="[s]"), {}, {})[0] == ["[s] ip-[s]"]
    assert walk(plan("d", smart="[s]"), {"d": mx("a")}, {})[0] == ["a ip-a"]


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_one_host_that_may_come_back_keeps_the_mail_queued(order: tuple[str, str]) -> None:
    _, outcome = walk(plan("d"), {"d": mx(*order)}, {}, {"a": UNWANTED, "b": REFUSED})
    assert outcome == REFUSED


def test_refused_by_all() -> None:
    _, outcome = walk(plan("d"), {"d": mx("a", "b")}, {}, {"a": UNWANTED, "b": UNWANTED})
    assert outcome == UNWANTED


def test_a_domain_with_endless_exchangers_is_bounded() -> None:
    many = {"d": mx(*[f"h{i}:{i}" for i in range(1000)])}
    assert len(walk(plan("d"), many, {f"h{i}": Found(tuple("123456789")) for i in range(1000)})[0]) == 50
