"""Options: the table, the typed values, and the ways to set them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.disk import read
from noctule.config.option_table import BY_LETTER, TABLE, Kind, Relevance, matches, option_names
from noctule.config.options import DEFAULTS, Options
from noctule.config.ports import DaemonPort
from noctule.symbols.expand import spell


def options(*lines: str, settings: tuple[str, ...] = ()) -> Options:
    conf = read("V10\nMlocal, P=/x, A=x\n" + "\n".join(lines) + "\n", *settings)
    assert conf.errors == []
    return conf.options


def test_the_table_is_whole() -> None:
    assert len(option_names()) == 148
    assert option_names().count("") == 2
    assert sum("." in option.name for option in TABLE) == 47
    assert sum(not option.stock for option in TABLE) == 22 + 6, "other builds, and our own"
    names = [option.name.lower() for option in TABLE if option.name]
    assert len(names) == len(set(names))
    assert len(BY_LETTER) == 52
    assert {option.unit for option in TABLE if option.kind is Kind.TIME} == {"s", "m", "h", "d"}
    assert BY_LETTER["L"].safe
    assert not BY_LETTER["Q"].safe
    assert {option.relevance for option in TABLE} == set(Relevance)


def test_defaults() -> None:
    given_nothing = options()
    assert given_nothing.integer("LogLevel") == 9
    assert given_nothing.boolean("SendMimeErrors")
    assert given_nothing.seconds("Timeout.queuereturn") == 5 * 86400
    assert given_nothing.seconds("Timeout.ident") == 5
    assert given_nothing.integer("QueueFileMode") == 0o600
    assert spell(given_nothing.string("SmtpGreetingMessage")) == "$j Sendmail $v ready at $b"
    assert given_nothing.pair("MaxMimeHeaderLength") == (2048, 1024)
    assert given_nothing.string("DeliveryMode") == "b"
    assert given_nothing.ports("DaemonPortOptions") == ()
    assert not given_nothing.is_set("LogLevel")
    assert set(DEFAULTS) == {option.name for option in TABLE if option.name}


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("O LogLevel=14", "LogLevel", 14),
        ("O loglevel = 14", "LogLevel", 14),
        ("OL14", "LogLevel", 14),
        ("O LogLevel=0x10", "LogLevel", 0),
        ("O LogLevel=-5", "LogLevel", -5),
        ("O LogLevel.foo=5", "LogLevel", 5),
        ("O TempFileMode=0640", "TempFileMode", 0o640),
        ("O TempFileMode=09", "TempFileMode", 0),
        ("O SevenBitInput", "SevenBitInput", True),
        ("O SevenBitInput=Yes", "SevenBitInput", True),
        ("O SevenBitInput=on", "SevenBitInput", False),
        ("O Timeout.helo=30", "Timeout.helo", 1800),
        ("O Timeout.queuereturn=5", "Timeout.queuereturn", 432000),
        ("O Timeout.queuereturn=5", "Timeout.queuereturn.dsn", 432000),
        ("O Timeout.queuewarn.*=4h", "Timeout.queuewarn.urgent", 14400),
        ("O Timeout=5m", "Timeout.datafinal", 300),
        ("Orhelo=5m,mail:10s", "Timeout.mail", 10),
        ("OT4d/6h", "Timeout.queuewarn", 21600),
        ("OT4d/6h", "Timeout.queuereturn.normal", 345600),
        ("O MinFreeBlocks=100/5000", "MaxMessageSize", 5000),
        ("Od", "DeliveryMode", "i"),
        ("O DeliveryMode=queueonly", "DeliveryMode", "q"),
        ("O QueueSortOrder=Host", "QueueSortOrder", "h"),
        ("O ErrorMode=z", "ErrorMode", "p"),
        ("O BlankSub=.", "BlankSub", "."),
        ("O HelpFile=", "HelpFile", "helpfile"),
        ("O SafeFileEnvironment=/", "SafeFileEnvironment", ""),
        ("O AliasFile=hash:-N /x, /y\nO AliasFile=", "AliasFile", ("hash:-N /x", "/y", "aliases")),
        ("O PrivacyOptions=goaway;restrictqrun", "PrivacyOptions", (
            "needmailhelo", "needexpnhelo", "needvrfyhelo", "noexpn", "novrfy", "noverb", "authwarnings", "restrictqrun"
        )),
        ("O DontBlameSendmail=groupwritabledirpathsafe\nO DontBlameSendmail=TrustStickyBit", "DontBlameSendmail",
         ("GroupWritableDirPathSafe", "TrustStickyBit")),
        ("O DontBlameSendmail=TrustStickyBit,safe", "DontBlameSendmail", ()),
        ("O UnsafeGroupWrites=false", "DontBlameSendmail", (
            "GroupWritableForwardFileSafe", "GroupWritableIncludeFileSafe"
        )),
        ("O MaxMimeHeaderLength=300/100", "MaxMimeHeaderLength", (300, 100)),
        ("O MaxMimeHeaderLength=300", "MaxMimeHeaderLength", (300, 150)),
        ("O MustQuoteChars=.", "MustQuoteChars", "@,;:\\()[]."),
        ("O Milter.macros.connect=j, {if_name}", "Milter.macros.connect", ("j", "{if_name}")),
        ("DAmine\nO CACertFile=/etc/$A.pem", "CACertFile", "/etc/mine.pem"),
        ("O DirectSubmissionModifiers=C f", "DirectSubmissionModifiers", "CC f"),
        ("O MaxForwardEntries=5", "MaxForwardEntries", 5),
        ("O Workers=4", "Workers", 4),
    ],
)  # fmt: skip
def test_values(line: str, name: str, value: object) -> None:
    assert options(line)[name] == value


def test_templates_are_expanded_when_they_are_used() -> None:
    assert spell(options("DAx\nO SmtpGreetingMessage=$j $A # x").string("SmtpGreetingMessage")) == "$j $A"


def test_what_the_command_line_says_stays() -> None:
    settings = ("L20", " Timeout.helo=1m", " PrivacyOptions=noexpn", " DaemonPortOptions=Name=X")
    lines = ("O LogLevel=5", "O Timeout.helo=9h", "O Timeout.mail=9h", "O PrivacyOptions=novrfy", "OOName=Y")
    got = options(*lines, settings=settings)
    assert got.integer("LogLevel") == 20
    assert got.seconds("Timeout.helo") == 60
    assert got.seconds("Timeout.mail") == 9 * 3600
    assert got.words("PrivacyOptions") == ("noexpn", "novrfy")
    assert [port.name for port in got.ports("DaemonPortOptions")] == ["X"]


def test_command_line_mistakes_have_no_place_in_a_file() -> None:
    conf = read("V10\nMlocal, P=/x, A=x\n", " Foo=bar")
    assert [str(error) for error in conf.errors] == ["readcf: unknown option name Foo"]


def test_a_macro_may_be_defined_by_an_option() -> None:
    conf = read("V10\nOMXfoo\nOM{Long}bar\n")
    assert (conf.macros.get("X"), conf.macros.get("Long")) == ("foo", "bar")


def test_proxies_of_a_port() -> None:
    (port,) = options("O DaemonPortOptions=Name=A, Behind=192.0.2.1;2001:db8::/32").ports("DaemonPortOptions")
    assert (port.name, port.behind) == ("A", ("192.0.2.1/32", "2001:db8::/32"))
    (error,) = read("V10\nMlocal, P=/x, A=x\nO DaemonPortOptions=Behind=nobody\n").errors
    assert "Behind=: nobody is no address or network" in str(error)


def test_ports() -> None:
    got = options(
        "O DaemonPortOptions=Family=inet6, Name=MTA, Port=smtp, Addr=::1, M=Ea, Listen=5, c=3, d=1, q=2, r=4, R=6, S=7",
        "O DaemonPortOptions=F=local, address=/run/x, InputFilter=a;b, D=queue, nothing",
        "O ClientPortOptions=Family=inet, Addr=127.0.0.1",
        "O ClientPortOptions=Family=inet6, Modify=hSA",
        "O ClientPortOptions=Family=inet, Addr=127.0.0.2, Name=out",
    )
    assert got.ports("DaemonPortOptions") == (
        DaemonPort(
            name="MTA", family="inet6", address="::1", port="smtp", modifiers="Ea", listen=5, children=3, delay_la=1,
            queue_la=2, refuse_la=4, receive_size=6, send_size=7,
        ),
        DaemonPort(name="Daemon1", family="unix", address="/run/x", filters=("a", "b"), delivery_mode="q"),
    )  # fmt: skip
    assert got.ports("DaemonPortOptions")[0].flags == "EE a"
    assert [(port.name, port.address) for port in got.ports("ClientPortOptions")] == [
        ("Client10", ""),
        ("out", "127.0.0.2"),
    ]


def test_wrong_questions_are_bugs() -> None:
    with pytest.raises(KeyError):
        options()["loglevel"]
    with pytest.raises(AssertionError):
        options().string("LogLevel")
    with pytest.raises(AssertionError):
        options().integer("SevenBitInput")


@given(st.sampled_from([option.name for option in TABLE if option.name]), st.text(max_size=30))
def test_any_value_is_read_or_complained_about(name: str, value: str) -> None:
    text = value.encode().decode("latin-1").replace("\n", " ").replace("\r", " ")
    conf = read(f"V10\nO {name}={text}\n")
    assert type(conf.options[name]) is type(DEFAULTS[name])


@given(st.sampled_from([option.name for option in TABLE if option.name and "." not in option.name]), st.integers(1, 30))
def test_abbreviations_mean_what_they_begin(name: str, length: int) -> None:
    assert all(option.name.lower().startswith(name[:length].lower()) for option in matches(name[:length]))
