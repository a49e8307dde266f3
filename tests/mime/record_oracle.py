"""Records what Sendmail makes of 8-bit messages for a next hop without 8BITMIME: data/conversions.json.

    python tests/mime/record_oracle.py ROOT

ROOT is a chroot with Sendmail 8.17.  Needs root.  Bytes are kept as latin-1 text, line ends as CRLF.
"""

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

from cases import CASES

HERE = Path(__file__).parent
CONFIGURATION = """V10/Berkeley
Djmail.example.test
O QueueDirectory=/srv/mime/queue
O EightBitMode=m
O DefaultUser=1:1
O DefaultCharSet=unknown-8bit
O ServiceSwitchFile=/srv/mime/switch
O Timeout.ident=0
{classes}
S0
R$+\t\t$#out $@ [127.0.0.1] $: $1
Mout,\tP=[IPC], F=mDFMuXan, L=990, E=\\r\\n, T=DNS/RFC822/SMTP, A=TCP [127.0.0.1] {port}
Mlocal,\tP=/bin/false, F=ls, A=x
Mprog,\tP=/bin/false, F=ls, A=x
"""


def receive(listener: socket.socket, taken: list[bytes]) -> None:
    """One SMTP session of a host that knows nothing of 8BITMIME."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as stream:

        def say(text: str) -> None:
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        say("220 seven ESMTP")
        while line := stream.readline():
            match line.split()[0].upper():
                case b"EHLO":
                    say("250 seven")
                case b"DATA":
                    say("354 go ahead")
                    lines = []
                    while (text := stream.readline()) not in (b".\r\n", b""):
                        lines.append(text[1:] if text.startswith(b".") else text)
                    taken.append(b"".join(lines))
                    say("250 taken")
                case b"QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 ok")


def convert(root: Path, port: int, listener: socket.socket, message: bytes, classes: str) -> bytes:
    place = root / "srv/mime"
    (place / "queue").mkdir(mode=0o700, parents=True, exist_ok=True)
    (place / "switch").write_text("hosts\tfiles\naliases\tfiles\npasswd\tfiles\n")
    (place / "mime.cf").write_text(CONFIGURATION.format(port=port, classes=classes))
    taken: list[bytes] = []
    thread = threading.Thread(target=receive, args=(listener, taken), daemon=True)
    thread.start()
    command = ["chroot", str(root), "/usr/sbin/sendmail", "-C/srv/mime/mime.cf", "-odi", "-oi", "-fa@b.example"]
    subprocess.run([*command, "-B8BITMIME", "x"], input=message, check=False, timeout=60)
    thread.join(10)
    return taken[0] if taken else b""


def main() -> None:
    root = Path(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    recorded = {}
    for name, case in CASES.items():
        text = case.message.replace(b"\r\n", b"\n")
        recorded[name] = convert(root, port, listener, text, case.classes).decode("latin-1")
    (HERE / "data" / "conversions.json").write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
