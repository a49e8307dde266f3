"""The examples, laid out for a test: mail.example.test with the user bob."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from noctule.assembly.reading import Request, read_configuration
from noctule.config import Configuration

ROOT = Path(__file__).parents[2]
HOST = "mail.example.test"


def lay_out_site(folder: Path, host: str = HOST, user: str = "bob", port: int = 2525) -> Path:
    """The path of the site file that `make run` starts."""
    loader = SourceFileLoader("example_site", str(ROOT / "scripts/example-site"))
    spec = spec_from_loader("example_site", loader)
    assert spec is not None
    module = module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    made: Path = module.lay_out(folder, host, user, port)
    return made


def lay_out(folder: Path) -> Path:
    """The path of the configuration that is written by hand."""
    text = (ROOT / "examples/by-hand/sendmail.cf").read_text()
    for mark, value in {"@NAME@": HOST, "@VAR@": str(folder), "@PORT@": "2525"}.items():
        text = text.replace(mark, value)
    (folder / "queue").mkdir(mode=0o700)
    (folder / "users").write_text("bob\n")
    (folder / "aliases").write_text("postmaster: bob\nroot: bob\n")
    configuration = folder / "sendmail.cf"
    configuration.write_text(text)
    return configuration


def example(folder: Path) -> Configuration:
    """The same, read."""
    return read_configuration(Request(path=str(lay_out(folder))))
