"""check_compat: which senders and recipients do not go together, asked before each delivery."""

from dataclasses import replace

from noctule.base.errors import TemporaryError
from noctule.base.questions import Answering
from noctule.deliver.batch import Agent, Batch
from noctule.deliver.verdict import Remote, from_reply
from noctule.mail.envelope import Recipient
from noctule.mail.outcome import Delivered, Outcome
from noctule.mail.reply import Reply
from noctule.observe.log import Log
from noctule.rewrite.addresses import Addresses
from noctule.rewrite.results import Discarded, Rejected, Verdict
from noctule.rewrite.settle import settle
from noctule.smtp.client import Phase

RULESET = "check_compat"


class CompatChecked:
    """An agent who gets only the recipients that the ruleset has nothing against."""

    def __init__(self, agent: Agent, addresses: Addresses, maps: Answering, log: Log) -> None:
        self._agent = agent
        self._addresses = addresses
        self._maps = maps
        self._log = log

    async def deliver(self, batch: Batch) -> list[Outcome]:
        kept_out = [await self._refusal(batch, recipient) for recipient in batch.recipients]
        good = tuple([one for one, refusal in zip(batch.recipients, kept_out, strict=True) if refusal is None])
        answers = iter(await self._agent.deliver(replace(batch, recipients=good)) if good else ())
        return [next(answers) if refusal is None else refusal for refusal in kept_out]

    async def _refusal(self, batch: Batch, recipient: Recipient) -> Outcome | None:
        """What becomes of a recipient who is not to be delivered to."""
        envelope, relay = batch.message.envelope, batch.scope.get("_") or ""
        sender = batch.scope.get("n") or "" if envelope.is_report else envelope.sender
        args = (sender, recipient.address)
        match await self._verdict(args, batch):
            case Discarded():
                self._log.ruleset_discarded(envelope.id, ruleset=RULESET, args=args, relay=relay)
                return Delivered(text="discarded")
            case Rejected() as verdict:
                text = verdict.about(recipient.address)
                reply = Reply(verdict.code, verdict.enhanced or f"{verdict.code // 100}.0.0", (text,))
                self._log.ruleset_rejected(envelope.id, ruleset=RULESET, args=args, relay=relay, reply=str(reply))
                return from_reply(reply, Phase.DATA, Remote(), enhanced=True)
            case _:
                return None

    async def _verdict(self, args: tuple[str, str], batch: Batch) -> Verdict:
        """A look-up that fails for the time being is a 451."""
        scope = batch.scope.child()
        try:
            return await settle(lambda asks: self._addresses.check(RULESET, args, scope, asks), self._maps)
        except TemporaryError as error:
            return Rejected(451, "4.3.0", str(error))
