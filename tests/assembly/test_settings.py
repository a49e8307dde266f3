import dataclasses
import os
import pwd
from pathlib import Path

import pytest

from assembly.configurations import USER, configure, sound
from noctule.assembly import settings
from noctule.base.errors import ConfigurationError
from noctule.config import translate
from noctule.dsn import Reporter
from noctule.files import SafetyPolicy
from noctule.mqueue.model import SortOrder
from noctule.receive.settings import Daemon, Limits, ReceiveSettings
from noctule.smtp.client import Phase

OWN = pwd.getpwuid(os.getuid())


def received(root: Path, *lines: str) -> ReceiveSettings:
    return settings.receive_settings(sound(root, *lines), Daemon())


def test_the_host_name_is_expanded(tmp_path: Path) -> None:
    configuration = sound(tmp_path, "DHmail", "Dj$H.example.org")
    assert settings.host_name(configuration) == "mail.example.org"
    assert received(tmp_path, "DHmail", "Dj$H.example.org").host == "mail.example.org"


def test_limits_are_off_or_as_usual_without_options(tmp_path: Path) -> None:
    assert received(tmp_path).limits == Limits()


def test_every_limit_has_its_option(tmp_path: Path) -> None:
    options = {
        "message_size": "MaxMessageSize",
        "header_size": "MaxHeadersLength",
        "recipients": "MaxRecipientsPerMessage",
        "bad_recipients": "BadRcptThrottle",
        "bad_recipients_close": "BadRcptShutdown",
        "bad_recipients_share": "BadRcptShutdownGood",
        "noops": "MaxNOOPCommands",
        "connections": "MaxDaemonChildren",
        "connections_per_second": "ConnectionRateThrottle",
        "free_bytes": "MinFreeBlocks",
    }
    assert set(options) == {field.name for field in dataclasses.fields(Limits)}
    values = {name: 20000 + number for number, name in enumerate(options)}
    limits = received(tmp_path, *(f"O {options[name]}={value}" for name, value in values.items())).limits
    assert dataclasses.asdict(limits) == values | {"free_bytes": values["free_bytes"] * 1024}


def test_how_mail_is_taken_in(tmp_path: Path) -> None:
    plain = received(tmp_path)
    assert (plain.deliver_at_once, plain.refuse_unlabelled_8bit, plain.deliver_by) == (True, False, 0)
    assert (plain.help, plain.no_recipient_action, plain.privacy) == (None, "none", frozenset())
    lines = (
        "O DeliveryMode=queue",
        "O EightBitMode=strict",
        "O DeliverByMin=-1",
        "O AllowBogusHELO=true",
        "O SaveFromLine=true",
        "O NoRecipientAction=Add-To",
        "O PrivacyOptions=goaway,noetrn",
        "O Timeout.command=7m",
        "O Timeout.datablock=8m",
        "O RecipientFactor=5",
        "O ClassFactor=6",
        "PBulk=-60",
    )
    other = received(tmp_path, *lines)
    assert (other.deliver_at_once, other.refuse_unlabelled_8bit, other.deliver_by) == (False, True, None)
    assert (other.allow_bogus_hello, other.save_from_line, other.no_recipient_action) == (True, True, "add-to")
    assert other.privacy == settings.GOAWAY | {"noetrn"}
    assert (other.timeouts.command, other.timeouts.text) == (420, 480)
    assert (other.weights.recipient_factor, other.weights.class_factor) == (5, 6)
    assert other.weights.precedences == {"bulk": -60}


@pytest.mark.parametrize(("mode", "at_once"), [("i", True), ("b", True), ("q", False), ("d", False), ("", True)])
def test_delivery_modes(tmp_path: Path, mode: str, at_once: bool) -> None:
    assert received(tmp_path, f"O DeliveryMode={mode}").deliver_at_once is at_once


def test_help_topics(tmp_path: Path) -> None:
    file = tmp_path / "helpfile"
    policy = SafetyPolicy.of(["HelpFileInUnsafeDirPath"])
    file.write_text("#vers\t2\nsmtp\tcosts $$5 on $j # why\nhelp\thelp\nsmtp\tmore\nno tab\n")
    host = translate("$j")
    assert settings.help_topics(str(file), policy) == {"smtp": (f"costs $5 on {host}", "more"), "help": ("help",)}
    assert settings.help_topics(str(file), SafetyPolicy()) is None, "strangers may write its directory"
    assert settings.help_topics(str(tmp_path / "absent"), policy) is None
    assert settings.help_topics("", policy) is None


def test_help_of_the_old_form_is_printed_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "helpfile"
    file.write_text("smtp\tcosts $$5 on $j # why\n")
    topics = settings.help_topics(str(file), SafetyPolicy.of(["HelpFileInUnsafeDirPath"]))
    assert topics == {"smtp": (translate("This is Sendmail version $v"), "costs $$5 on $j # why")}


@pytest.mark.parametrize(("workers", "shares"), [(1, (5, 3)), (2, (3, 2)), (4, (2, 1)), (8, (1, 1))])
def test_workers_share_limits_of_connections(tmp_path: Path, workers: int, shares: tuple[int, int]) -> None:
    conf = sound(tmp_path, "O MaxDaemonChildren=5", "O ConnectionRateThrottle=3")
    limits = settings.receive_settings(conf, Daemon(), workers=workers).limits
    assert (limits.connections, limits.connections_per_second) == shares
    assert settings.receive_settings(sound(tmp_path), Daemon(), workers=workers).limits == Limits()


def test_routing(tmp_path: Path) -> None:
    found = settings.route_settings(
        sound(tmp_path, "O ForwardPath=$z/.forward.$w:$z/.forward", "O MaxAliasRecursion=4", "O MeToo=false")
    )
    assert (found.max_alias_recursion, found.me_too, len(found.forward_path)) == (4, False, 2)
    assert settings.route_settings(sound(tmp_path)).forward_path == ()


def test_every_phase_of_a_dialogue_has_its_timeout(tmp_path: Path) -> None:
    lines = [f"O Timeout.{phase.value}={number}s" for number, phase in enumerate(Phase, 1)]
    found = settings.smtp_settings(sound(tmp_path, *lines))
    assert found.timeouts == {phase: float(number) for number, phase in enumerate(Phase, 1)}


def test_how_other_hosts_are_spoken_to(tmp_path: Path) -> None:
    plain = settings.smtp_settings(sound(tmp_path))
    assert (plain.name, plain.connect, plain.cached_hosts) == ("host.example.com", 300.0, 1)
    lines = (
        "O HeloName=out.$m",
        "Dmexample.org",
        "O Timeout.connect=3s",
        "O Timeout.aconnect=9s",
        "O Timeout.iconnect=2s",
        "O ClientPortOptions=Addr=192.0.2.5,M=hS",
        "O ClientPortOptions=Family=inet6,Addr=2001:db8::5",
        "O ConnectOnlyTo=IPv6:2001:db8::9",
        "O ConnectionCacheSize=4",
        "O ConnectionCacheTimeout=2m",
        "O FallbackMXhost=fall.example.com",
        "O FallbackSmartHost=smart.example.com",
        "O TryNullMXList=true",
    )
    other = settings.smtp_settings(sound(tmp_path, *lines))
    assert (other.connect, other.all_connects, other.cached_hosts, other.cache_timeout) == (3.0, 9.0, 4, 120.0)
    assert (other.fallback_mx, other.fallback_smart_host) == ("fall.example.com", "smart.example.com")
    assert other.try_null_mx_list
    assert (plain.first_connect, other.first_connect) == (0.0, 2.0)
    way = other.ways_out.to("192.0.2.1")
    assert (way.source, way.encrypts, way.logs_in, way.named_by_interface) == ("192.0.2.5", False, True, True)
    assert other.ways_out.to("2001:db8::1").source == "2001:db8::5"
    assert other.ways_out.redirected("2001:db8::1") == "2001:db8::9"


def test_local_delivery(tmp_path: Path) -> None:
    found = settings.local_settings(
        sound(tmp_path, "EAGENT=other", "ETZ=UTC", "O UnixFromLine=From me", "O Timeout.fileopen=5s")
    )
    assert dict(found.environment) == {"AGENT": "other", "TZ": "UTC"}
    assert (found.unix_from_line, found.file_lock_timeout) == ("From me", 5.0)


def test_the_queue_is_worked_off_as_told(tmp_path: Path) -> None:
    lines = (
        "O RetryFactor=7",
        "O DoubleBounceAddress=dump",
        "O MaxHopCount=9",
        "O HoldExpensive=true",
        "O SoftBounce=true",
        "O MinQueueAge=1m",
        "O QueueSortOrder=Time",
        "O MaxQueueRunSize=11",
        "O MaxQueueChildren=12",
    )
    found = settings.runner_settings(sound(tmp_path, *lines), 90.0)
    assert (found.run_interval, found.retry.interval, found.retry.min_age) == (90.0, 90.0, 60)
    assert (found.retry_factor, found.max_hops) == (7, 9)
    assert (found.hold_expensive, found.soft_bounce) == (True, True)
    assert (found.order, found.run_size, found.run_concurrency) == (SortOrder.TIME, 11, 12)


def reported(root: Path, *lines: str) -> Reporter:
    return settings.reporter(sound(root, *lines))


def test_reports(tmp_path: Path) -> None:
    plain = reported(tmp_path)
    assert (plain.name, plain.mime, plain.show_actual, plain.return_body) == ("MAILER-DAEMON", True, True, True)
    other = reported(
        tmp_path, "DnPostman", "DZsite-1", "O SendMimeErrors=false", "O PrivacyOptions=nobodyreturn,noactualrecipient"
    )
    assert (other.name, other.mime, other.show_actual, other.return_body) == ("Postman", False, False, False)
    assert other.software.endswith("/site-1")


@pytest.mark.parametrize(
    ("spec", "uid", "gid"),
    [
        ("12:34", 12, 34),
        ("12", 12, 12),
        (USER, OWN.pw_uid, OWN.pw_gid),
    ],
)
def test_the_default_user(tmp_path: Path, spec: str, uid: int, gid: int) -> None:
    found = settings.default_user(sound(tmp_path, f"O DefaultUser={spec}").options)
    assert (found.uid, found.gid) == (uid, gid)


def test_the_default_user_is_never_root_by_chance(tmp_path: Path) -> None:
    found = settings.default_user(sound(tmp_path).options)
    assert found.uid > 0


def test_only_mailers_with_s_run_as_root(tmp_path: Path) -> None:
    policy = settings.helper_policy(sound(tmp_path, "O SafeFileEnvironment=/home/"))
    assert (policy.root_programs, policy.root_mailboxes) == (frozenset(), True)  # Mlocal is F=S, P=[MAILDIR]
    assert policy.safe_file_environment == "/home"
    more = sound(
        tmp_path,
        "Mcyrus, P=/usr/bin/true, F=S, A=true $u",
        "Mplain, P=/usr/bin/false, F=m, A=false $u",
        "O DontBlameSendmail=RunWritableProgram",
    )
    policy = settings.helper_policy(more)
    assert policy.root_programs == {"/usr/bin/true"}
    assert policy.relaxations == ("RunWritableProgram",)


def test_who_the_daemon_becomes(tmp_path: Path) -> None:
    assert settings.run_as(sound(tmp_path).options) is None
    assert settings.run_as(sound(tmp_path, f"O RunAsUser={USER}").options) == (OWN.pw_uid, OWN.pw_gid)
    assert settings.run_as(sound(tmp_path, "O RunAsUser=12:34").options) == (12, 34)
    with pytest.raises(ConfigurationError, match="unknown user no-such-user"):
        settings.run_as(configure(tmp_path, "O RunAsUser=no-such-user").options)
    with pytest.raises(ConfigurationError, match="unknown user 12"):
        settings.run_as(configure(tmp_path, "O RunAsUser=12").options)


def test_root_reads_where_roots_forward_may_be_and_nothing_else(tmp_path: Path) -> None:
    home = pwd.getpwuid(0).pw_dir
    conf = sound(tmp_path, "Dwmail", "O ForwardPath=$z/.forward.$w:$z/.forward+$h:/var/forward/$u:$z/.forward")
    expected = {f"{home}/.forward.mail", f"{home}/.forward+", "/var/forward/root", f"{home}/.forward"}
    assert settings.helper_policy(conf).root_files == expected
    assert settings.helper_policy(sound(tmp_path)).root_files == frozenset()


def test_a_daemon_may_have_loads_children_and_a_mode_of_its_own(tmp_path: Path) -> None:
    line = "O DaemonPortOptions=Name=A, d=3, q=4, r=5, c=7, D=q, Behind=192.0.2.1"
    conf = sound(tmp_path, "O DelayLA=30", "O QueueLA=40", "O RefuseLA=50", line)
    (port,) = conf.options.ports("DaemonPortOptions")
    of_all = settings.receive_settings(conf, Daemon())
    own = settings.receive_settings(conf, Daemon(), port=port, workers=2)
    assert (of_all.loads.delay, of_all.loads.queue, of_all.loads.refuse) == (30, 40, 50)
    assert (own.loads.delay, own.loads.queue, own.loads.refuse) == (3, 4, 5)
    assert (of_all.children, own.children) == (0, 4)
    assert (of_all.deliver_at_once, own.deliver_at_once) == (True, False)
    assert [str(network) for network in own.behind] == ["192.0.2.1/32"]


def test_who_hears_of_failures_and_what_stands_above(tmp_path: Path) -> None:
    lines = ("O PostmasterCopy=carol", "O DoubleBounceAddress=dump", "O DeadLetterDrop=/var/dead.letter")
    found = settings.addressees(sound(tmp_path, *lines).options)
    assert (found.double_bounce, found.postmaster_copy, found.dead_letters) == ("dump", "carol", "/var/dead.letter")
    assert reported(tmp_path, "O ErrorHeader=Ask $j of $i").error_header("ID1") == "Ask host.example.com of ID1"
    file = tmp_path / "header"
    file.write_text("From $j\n$i\n")
    relaxed = ("O DontBlameSendmail=TrustStickyBit,ErrorHeaderInUnsafeDirPath", f"O ErrorHeader={file}")
    assert reported(tmp_path, *relaxed).error_header("ID1") == "From host.example.com\nID1"
    assert reported(tmp_path, "O ErrorHeader=/nonexistent").error_header("ID1") == ""
