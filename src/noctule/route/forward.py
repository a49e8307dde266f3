"""Which files may be a user's `.forward`."""

from collections.abc import Iterator

from noctule.accounts import Account
from noctule.symbols.expand import expand
from noctule.symbols.macros import Macros


def forward_paths(templates: tuple[str, ...], account: Account, host: str, scope: Macros) -> Iterator[str]:
    """The paths of ForwardPath for a user: `$z` is his home, `$u` his name, `$h` the detail of his address."""
    if not account.home:
        return
    own = scope.child({"z": account.home, "u": account.name, "h": host or None})
    seen = set()
    for template in templates:
        path = expand(template, own)
        if path.startswith("/") and path not in seen:
            seen.add(path)
            yield path
