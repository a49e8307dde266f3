"""noctule mc: the cf file that an mc file makes."""

import sys
from collections.abc import Sequence

from noctule.assembly.mc import MacroRequest, generate
from noctule.base.text import to_bytes
from noctule.mail.status import Exit


def run(
    path: str,
    *,
    library: str = "",
    include: Sequence[str] = (),
    definitions: Sequence[str] = (),
    undefined: Sequence[str] = (),
    synclines: bool = False,
    allow_commands: bool = False,
) -> int:
    """Print it.  `definitions` are `NAME` or `NAME=VALUE`.  Nothing is printed for a file that is wrong."""
    parted = (definition.partition("=") for definition in definitions)
    generated = generate(
        MacroRequest(
            path=path,
            library=library,
            include=include,
            definitions=[(name, value) for name, _, value in parted],
            undefined=undefined,
            synclines=synclines,
            allow_commands=allow_commands,
        )
    )
    for remark in generated.remarks:
        print(remark, file=sys.stderr)
    sys.stdout.buffer.write(to_bytes(generated.text))
    sys.stdout.flush()
    return Exit.OK
