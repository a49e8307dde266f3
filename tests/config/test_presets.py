from noctule.config import preset
from noctule.symbols.classes import Classes
from noctule.symbols.macros import Macros


def test_presets_are_those_of_sendmail() -> None:
    macros, classes = Macros(), Classes()
    preset(macros, classes)
    assert macros.get("n") == "MAILER-DAEMON"
    assert set(classes.members("e")) == {"7bit", "8bit", "binary"}
    assert classes.contains("n", "Multipart/Signed")
    assert classes.contains("s", "rfc822")
    assert set(classes.members("persistentMacros")) == {"r", "s", "_", "{if_addr}", "{daemon_flags}"}
    assert not classes.contains("t", "root")
