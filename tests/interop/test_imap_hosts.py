"""Mail for IMAP users: over LMTP to the real Cyrus and the real Dovecot, and fetched from there."""

import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.imaphosts import Cyrus, Dovecot, ImapHost
from interop.noctuled import Noctule
from interop.peers import Missing, wait_for

ACCOUNTS = {"alice": "wonder land", "bob": "builder"}
CONFIGURATION = """\
V10/Berkeley
Cwlocalhost
Djmail.site.example
O OperatorChars=.:%@!^/[]+
O DontBlameSendmail=TrustStickyBit
O MailboxDatabase=file:{passwd}
O HostsFile={hosts}
SCanonify=3
R$* < $+ > $*		$2
R$+ @ $+		$@ $1 < @ $2 >
SParse=0
R$+ < @ imap.example >	$#cyrusv2 $: $1
R$+			$#local $: $1
SFinal=4
R$* < $+ > $*		$1 $2 $3
Mcyrusv2,	P=[IPC], F=lsDFMnqXzA@/:|m, E=\\r\\n, T=DNS/RFC822/SMTP, A=FILE {socket}
Mlocal,		P=[IPC], F=lsDFMnqXzA@/:|m, E=\\r\\n, T=DNS/RFC822/SMTP, A=FILE {socket}
Mprog,		P=/bin/sh, F=lsDFMoqeu9, A=sh -c $u
"""


@pytest.fixture(params=[Cyrus, Dovecot], ids=["cyrus", "dovecot"])
def host(request: pytest.FixtureRequest) -> Iterator[ImapHost]:
    with tempfile.TemporaryDirectory(prefix="imap-") as folder:  # in /tmp: a socket's path is at most 107 bytes
        Path(folder).chmod(0o755)
        try:
            server = request.param(Path(folder) / "store", ACCOUNTS)
        except Missing as reason:
            pytest.skip(str(reason))
        with server:
            yield server


def test_mail_arrives_and_is_fetched(host: ImapHost, tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("")
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n")
    cf = tmp_path / "site.cf"
    cf.write_text(CONFIGURATION.format(socket=host.lmtp, passwd=tmp_path / "passwd", hosts=tmp_path / "hosts"))
    with Noctule(cf, tmp_path) as noctule:
        with smtplib.SMTP("127.0.0.1", noctule.port, timeout=20) as client:
            recipients = [f"{user}@imap.example" for user in (*ACCOUNTS, "nobody")]
            client.sendmail("sender@far.example", recipients, "Subject: for all\r\n\r\n.one dot\r\nThe end.\r\n")
        wait_for(lambda: "stat=User unknown" in noctule.log.read_text(), noctule.log.read_text)
    for user in ACCOUNTS:
        (message,) = host.mail(user)
        assert b"Subject: for all\r\n" in message
        assert message.endswith(b"\r\n\r\n.one dot\r\nThe end.\r\n")
    lines = [line for line in noctule.log.read_text().splitlines() if "mailer=cyrusv2" in line]
    for user in ACCOUNTS:
        (line,) = [line for line in lines if f"<{user}@imap.example>" in line]
        assert "dsn=2." in line and "stat=Sent" in line
    (refused,) = [line for line in lines if "to=<nobody@imap.example>" in line]
    assert "dsn=5.1.1" in refused
