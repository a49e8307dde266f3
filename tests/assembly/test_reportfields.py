"""Reports get what H lines add to any message."""

from pathlib import Path

from assembly.configurations import sound
from noctule.assembly.reportfields import completed_by
from noctule.dsn import Kind, Order
from noctule.mail.envelope import Envelope

LINES = "HReturn-Path: <$g>\nHX-By: $f for ${mail_from} at ${client_addr}\nHFrom: $x <$g>"


def test_lines_of_the_configuration_stand_first(tmp_path: Path) -> None:
    about = Envelope(id="Q1", sender="<a@b>", macros={"_": "mx.example [192.0.2.1]"})
    order = Order(envelope=about, notices=(), kind=Kind.FAILURE, to="<a@b>", id="Q2", now=1.0)
    made = completed_by(sound(tmp_path, "DnMAILER-DAEMON", *LINES.split("\n")))(order, [("To", " <a@b>")])
    assert [(field.name, field.value) for field in made[1:]] == [
        ("X-By", " MAILER-DAEMON for <a@b> at 192.0.2.1"),
        ("From", " Mail Delivery Subsystem <MAILER-DAEMON>"),
        ("To", " <a@b>"),
    ]
    assert made[0].name == "Return-Path"
