"""Envelopes for tests: one typical, and any at all."""

from types import MappingProxyType

from hypothesis import strategies as st

from noctule.mail.envelope import (
    BodyType,
    Controller,
    Envelope,
    HeaderField,
    Notify,
    Recipient,
    RecipientState,
    Triple,
)


def envelope(id_: str, *addresses: str, **fields: object) -> Envelope:
    recipients = tuple(Recipient(number=n, address=a) for n, a in enumerate(addresses or ("<bob@example.net>",), 1))
    given = {
        "sender": "<alice@example.com>",
        "recipients": recipients,
        "headers": (HeaderField("Subject", " hello"), HeaderField("From", " alice@example.com")),
        "created": 1000.0,
        "macros": MappingProxyType({"r": "ESMTP"}),
    }
    return Envelope(id=id_, **(given | fields))  # type: ignore[arg-type]


texts = st.text(st.characters(max_codepoint=0xFF), max_size=20)
whole = st.integers(0, 2**62)
times = st.floats(0, 1e11)
recipients = st.builds(
    Recipient,
    number=whole,
    address=texts,
    triple=st.none() | st.builds(Triple, texts, texts, texts),
    notify=st.none() | st.builds(Notify, st.integers(0, 7)),
    original=texts,
    final=texts,
    primary=st.booleans(),
    controller=st.none() | st.builds(Controller, texts, whole, whole, texts),
    alias_of=texts,
    state=st.sampled_from(RecipientState),
    status=texts,
    message=texts,
    remote=texts,
)
envelopes = st.builds(
    Envelope,
    id=texts,
    sender=texts,
    recipients=st.lists(recipients, max_size=3).map(tuple),
    headers=st.lists(st.builds(HeaderField, texts, texts, texts), max_size=3).map(tuple),
    created=times,
    size=whole,
    body_size=whole,
    body_type=st.sampled_from(BodyType),
    has_8bit=st.booleans(),
    ret=texts,
    envid=texts,
    auth=texts,
    message_id=texts,
    precedence_class=st.integers(-1000, 1000),
    priority=st.integers(-(2**40), 2**40),
    attempts=whole,
    last_attempt=times,
    next_attempt=times,
    message=texts,
    quarantine=texts,
    warned=st.booleans(),
    is_report=st.booleans(),
    hops=whole,
    macros=st.dictionaries(texts, texts, max_size=3).map(MappingProxyType),
)
