"""The example site, laid out for a test."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from noctule.assembly.reading import Request, read_configuration
from noctule.config import Configuration

ROOT = Path(__file__).parents[2]
HOST = "mail.example.test"


def lay_out(folder: Path) -> Path:
    """The path of the site's configuration; its user is bob."""
    loader = SourceFileLoader("example_site", str(ROOT / "scripts/example-site"))
    spec = spec_from_loader("example_site", loader)
    assert spec is not None
    module = module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    made: Path = module.lay_out(folder, HOST, "bob", 2525)
    return made


def example(folder: Path) -> Configuration:
    """The same, read."""
    return read_configuration(Request(path=str(lay_out(folder))))
