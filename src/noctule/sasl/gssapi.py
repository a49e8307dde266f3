"""GSSAPI: Kerberos V5, without a security layer (RFC 4752).

    C: AP-REQ                                        S: AP-REP
    C: nothing                                       S: the layers there are (none), sealed
    C: no layer, and for whom to act, sealed

Tokens are made and judged by a `SecurityContext` that the caller brings: keys and tickets lie in files and with others.
"""

from noctule.base.errors import ProtocolError
from noctule.sasl.login import MAX_NAME, Login
from noctule.sasl.steps import (
    ClientParty,
    ClientSteps,
    ContextError,
    Failure,
    MalformedError,
    ServerParty,
    ServerSteps,
    Success,
    challenged,
)

MAX_TOKENS = 4  # of one side before the context stands; Kerberos needs one
_NO_LAYER = b"\x01\0\0\0"  # bit mask of layers, and three bytes for the longest sealed message


def gssapi_server(party: ServerParty) -> ServerSteps:
    """The server's side."""
    if party.kerberos is None:
        return Failure("no Kerberos")
    context = party.kerberos()
    try:
        token = yield from challenged(b"")
        for _ in range(MAX_TOKENS):
            reply = context.step(token)
            if context.complete:
                break
            token = yield from challenged(reply)
        else:
            raise MalformedError("too many tokens")
        if reply and (yield from challenged(reply)):
            raise MalformedError("a token after the last one")
        answer = yield from challenged(context.wrap(_NO_LAYER))
        chosen = context.unwrap(answer)
        login = Login(context.peer, party.realm)
    except ContextError as error:
        return Failure(f"GSSAPI Error: {error}")
    if len(chosen) < len(_NO_LAYER) or chosen[:1] != _NO_LAYER[:1]:
        return Failure("a security layer that was not offered", login)
    if not login.given or len(login.given) > MAX_NAME:
        return Failure("no name, or one too long")
    return Success(login)


def gssapi_client(party: ClientParty) -> ClientSteps:
    """The client's side."""
    if party.kerberos is None:
        raise ProtocolError("no Kerberos")
    context = party.kerberos(party.service, party.host)
    token = context.step(b"")
    for _ in range(MAX_TOKENS):
        challenge = yield token
        if context.complete:
            break
        token = context.step(challenge)
    else:
        raise MalformedError("the server's tokens do not end")
    offered = context.unwrap(challenge)
    if len(offered) != len(_NO_LAYER) or not offered[0] & _NO_LAYER[0]:
        raise ProtocolError("the server wants a security layer")
    yield context.wrap(_NO_LAYER + party.credentials.author.encode("latin-1"))
