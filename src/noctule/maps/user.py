"""user: the mailbox database (passwd)."""

from collections.abc import Mapping

from noctule.accounts import Account
from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.maps.arguments import GENERIC_WITHOUT_FILE, Arguments
from noctule.maps.environment import Environment
from noctule.maps.map import Map

_COLUMNS = ("name", "passwd", "uid", "gid", "gecos", "dir", "shell")


class UserMap(Map):
    """Kuser user -v dir: a field of the account; the name unless -v says which."""

    class_name = "user"
    waits = True
    grammar = GENERIC_WITHOUT_FILE

    def __init__(self, name: str, arguments: Arguments, environment: Environment, maps: Mapping[str, Map]) -> None:
        super().__init__(name, arguments, environment, maps)
        column = "name" if self.match_only else arguments.flags.get("v", "name")
        self.match_only = False  # with -m the answer is the name as the database spells it
        self._column = _COLUMNS[int(column) - 1] if column in {"1", "2", "3", "4", "5", "6", "7"} else column
        self._reported = False

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        if self._column not in _COLUMNS:
            if not self._reported:
                self._reported = True
                self.environment.report(f"User map {self.name}: unknown column name {self._column}")
            raise TemporaryError(f"unknown column {self._column}")
        account = await self.environment.accounts.look_up(key)
        if account is None:
            return Answer(AnswerKind.NOT_FOUND, status=67)
        return found(self._field(account))

    def _field(self, account: Account) -> str:
        match self._column:
            case "passwd":
                return "x"  # never the real one
            case "dir":
                return account.home
            case column:
                return str(getattr(account, column))
