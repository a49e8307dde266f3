"""Builtins that make, remove and show definitions."""

from noctule.config.m4.messages import Message
from noctule.config.m4.processor import Call, Processor
from noctule.config.m4.symbols import Builtin, Definition, Macro


def _definition(call: Call) -> Definition:
    """What the second argument makes of a name."""
    body = call.args[2] if len(call.args) > 2 else ""
    return body if isinstance(body, Builtin) else Macro(body, call.place)


def _named(m: Processor, call: Call) -> bool:
    if isinstance(call.args[1], Builtin):
        m.warn(call, f"Warning: {call.name}: invalid macro name ignored")
        return False
    return True


def define(m: Processor, call: Call) -> str:
    if _named(m, call):
        m.symbols.define(call.text(1), _definition(call))
    return ""


def pushdef(m: Processor, call: Call) -> str:
    if _named(m, call):
        m.symbols.push(call.text(1), _definition(call))
    return ""


def undefine(m: Processor, call: Call) -> str:
    for name in call.texts():
        m.symbols.remove(name)
    return ""


def popdef(m: Processor, call: Call) -> str:
    for name in call.texts():
        m.symbols.pop(name)
    return ""


def defn(m: Processor, call: Call) -> str:
    out = []
    for name in call.texts():
        match m.symbols.get(name):
            case Macro(body):
                out.append(m.quoted(body))
            case Builtin() as found if len(call.args) == 2:
                m.input.push_builtin(found, call.position, call.place)
            case Builtin() as found:
                m.warn(call, f"Warning: cannot concatenate builtin `{found.name}'")
    return "".join(out)


def indir(m: Processor, call: Call) -> str:
    definition = m.symbols.get(call.text(1))
    if definition is None:
        return m.warn(call, f"undefined macro `{call.text(1)}'")
    return _call_inner(m, call, definition)


def builtin(m: Processor, call: Call) -> str:
    from noctule.config.m4.table import BUILTINS

    found = next((known for known in BUILTINS if known.name == call.text(1)), None)
    if found is None:
        return m.warn(call, f"undefined builtin `{call.text(1)}'")
    return _call_inner(m, call, found)


def _call_inner(m: Processor, call: Call, definition: Definition) -> str:
    inner = Call(call.text(1), definition, call.position, call.place)
    inner.args += call.args[2:]
    return m.result(inner)


def dumpdef(m: Processor, call: Call) -> str:
    for name in call.texts() or m.symbols.names():
        match m.symbols.get(name):
            case Macro(body):
                m.messages.append(Message(f"{name}:\t{body}\n"))
            case Builtin() as found:
                m.messages.append(Message(f"{name}:\t<{found.name}>\n"))
            case None:
                m.warn(call, f"undefined macro `{name}'")
    return ""


def traceon(m: Processor, call: Call) -> str:
    m.tracing.names.update(call.texts())
    m.tracing.everyone = m.tracing.everyone or len(call.args) == 1
    return ""


def traceoff(m: Processor, call: Call) -> str:
    m.tracing.names.difference_update(call.texts() or m.tracing.names.copy())
    m.tracing.everyone = m.tracing.everyone and len(call.args) > 1
    return ""


def debugmode(m: Processor, call: Call) -> str:
    if len(call.args) == 1:
        m.tracing.flags = frozenset()
    elif not m.tracing.set_flags(call.text(1)):
        m.warn(call, f"Debugmode: bad debug flags: `{call.text(1)}'")
    return ""


def debugfile(m: Processor, call: Call) -> str:
    if call.text(1):
        m.warn(call, "Warning: debugfile is ignored: debugging output goes where messages go")
    return ""
