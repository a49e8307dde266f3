"""bestmx: the mail exchangers of a domain."""

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answer, AnswerKind, found
from noctule.maps.arguments import GENERIC_WITHOUT_FILE, character
from noctule.maps.host import ResolverMap
from noctule.resolve import Found, NotFound, NullMx, Temporary


class BestMxMap(ResolverMap):
    """Kbestmx bestmx -T.TMP: the best MX host, or with -z all of them, best first, joined."""

    class_name = "bestmx"
    grammar = GENERIC_WITHOUT_FILE

    async def fetch(self, key: str, args: tuple[str, ...]) -> Answer:
        del args
        match await self.within(self.resolver().mail_exchangers(key, asking_dns=True)):
            case Found(exchangers):
                delimiter = character(self.arguments.flags.get("z", ""))
                names = [exchanger.name for exchanger in exchangers]
                return found(delimiter.join(names) if delimiter else names[0])
            case NotFound():
                return Answer(AnswerKind.NOT_FOUND, status=68)
            case NullMx():
                return Answer(AnswerKind.NOT_FOUND, status=69)
            case Temporary(reason):
                raise TemporaryError(reason)
