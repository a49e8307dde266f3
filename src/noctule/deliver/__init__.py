"""Mail going out: the runner, agents for SMTP and LMTP, programs, files and mailboxes, and the connection cache.

Called by: assembly.
May import: base, mail, symbols, rewrite, mime, smtp, sasl, dsn, files, net, observe, privileged, resolve, mqueue,
route.  RFC 5321 4.5.4 and 5, 2033, 3461, 7505.

The way of a message: `runner` takes it from the hand-over or leases it, `route` expands its recipients, `attempt`
groups them and asks an agent (`smtp`, `local`) with a `Batch`, each agent has `message` write the header its mailer
wants, and `settlement` turns the outcomes into one `mqueue.Update` with the reports that are due (`reports`).
"""

from noctule.deliver.attempt import ABREAST
from noctule.deliver.authentication import Authentication as ClientAuthentication
from noctule.deliver.authentication import LoginSettings
from noctule.deliver.batch import Agent, Batch
from noctule.deliver.encryption import ClientTls
from noctule.deliver.encryption import Encryption as ClientEncryption
from noctule.deliver.local import LocalAgent, User
from noctule.deliver.message import EightBitRules, OutgoingMessage, Rewriting, RulesetRewriting
from noctule.deliver.reports import Reports
from noctule.deliver.runner import Expander, Parts, QueueRun, Runner
from noctule.deliver.settings import LocalSettings, RunnerSettings, SmtpSettings
from noctule.deliver.smtp import SmtpAgent

__all__ = [
    "ABREAST",
    "Agent",
    "Batch",
    "ClientAuthentication",
    "ClientEncryption",
    "ClientTls",
    "EightBitRules",
    "Expander",
    "LocalAgent",
    "LocalSettings",
    "LoginSettings",
    "OutgoingMessage",
    "Parts",
    "QueueRun",
    "Reports",
    "Rewriting",
    "RulesetRewriting",
    "Runner",
    "RunnerSettings",
    "SmtpAgent",
    "SmtpSettings",
    "User",
]
