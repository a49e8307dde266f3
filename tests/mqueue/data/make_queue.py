"""Writes Sendmail control files for `listing.txt`: python3 make_queue.py DIRECTORY."""

import pathlib
import sys

START = 1795346865


def write(directory, id_, created, sender, recipients, *, body=b"", priority, attempts=1, letters=None):
    head = ["V8", f"T{created}", f"K{created}", f"N{attempts}", f"P{priority}"]
    head += [f"{letter}{value}" for letter, value in (letters or {}).items()]
    lines = [*head, "$_localhost", "$r", "$slocalhost", f"S{sender}", *recipients, "H??Subject: x", "."]
    kind = "hf" if letters and "q" in letters else "qf"
    for name, data in ((kind + id_, "\n".join(lines).encode("latin-1") + b"\n"), ("df" + id_, body)):
        path = pathlib.Path(directory, name)
        path.write_bytes(data)
        path.chmod(0o600)


def main(directory):
    def job(number, minutes, sender, recipients, **rest):
        write(directory, f"6AMBRj{number}", START + 60 * minutes, sender, recipients, **rest)

    later = "Deferred: 450 4.2.1 try later"
    job("00000001", 0, "<a@client.example.com>", ["M" + later, "rRFC822; temp@example.net", "RPFD:<temp@example.net>"],
        letters={"M": later}, body=b"abc", priority=210340, attempts=2)  # fmt: skip
    job("00000002", 1, "<" + "s" * 60 + "@client.example.com>",
        ["RPFD:<" + "r" * 60 + "@example.net>", "RPFD:<second@example.net>"],
        body=b"x" * 123456, letters={"B": "8BITMIME", "M": "m" * 80, "F": "w"}, priority=1234567890)  # fmt: skip
    job("00000003", 2, "<>", ["RPFD:user2"], body=b"x" * 6, priority=1, letters={"F": "r"})
    job("00000004", 3, "user1@mail.example.test",
        ["Cuser2:2002:2001:list", "RNFA:user2", "Clist:1:0:list", "MUser unknown", "RNFA:user3@self.example", "C",
         "RPFD:bob"], body=b"x" * 8, letters={"B": "7BIT"}, priority=258058)  # fmt: skip
    job("00000005", 4, "<user1@client.example.com>", ["RPFD:<user2>"],
        letters={"q": "why not"}, body=b"hello", priority=30022)  # fmt: skip
    job("00000006", 4, "<user1@client.example.com>", ["RPFD:<user2>"],
        letters={"B": "8BITMIME", "q": "why not " * 10, "M": "held", "F": "w"},
        body=b"hello", priority=30022)  # fmt: skip
    job("00000007", 5, "esc\x1b\xe9@x", ['RPFD:"|/bin/a b"', "M\xe9\ttab", "RPFD:<t>"],
        letters={"M": "High \xe9 byte \x1b"}, priority=5)  # fmt: skip
    job("01234567", 6, "long", ["RPFD:<t>"], letters={"M": "(with) parens"}, priority=5)


if __name__ == "__main__":
    main(sys.argv[1])
