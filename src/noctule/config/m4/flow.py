"""Builtins for decisions, for input and output, and for what is outside."""

import re

from noctule.config.m4.messages import Message
from noctule.config.m4.places import Place
from noctule.config.m4.processor import Call, Processor, Wrapped
from noctule.config.m4.strings import number

_INTEGER = re.compile(r"[ \t\n\v\f\r]*[-+]?[0-9]+")


def ifdef(m: Processor, call: Call) -> str:
    return call.text(2) if m.symbols.get(call.text(1)) is not None else call.text(3)


def ifelse(m: Processor, call: Call) -> str:
    args = call.texts()
    if len(args) == 1:
        return ""
    if len(args) < 3:
        return m.warn(call, "Warning: too few arguments to builtin `ifelse'")
    if len(args) > 4 and len(args) % 3 == 2:
        m.warn(call, "Warning: excess arguments to builtin `ifelse' ignored")
    while len(args) >= 3:
        if args[0] == args[1]:
            return args[2]
        args = args[3:]
    return args[0] if args else ""


def shift(m: Processor, call: Call) -> str:
    return m.quoted_list(call.texts(2))


def dnl(m: Processor, call: Call) -> str:
    if not m.input.skip_line():
        m.warn(call, "Warning: end of file treated as newline")
    return ""


def changequote(m: Processor, call: Call) -> str:
    opening = call.text(1) if len(call.args) > 1 else "`"
    closing = call.text(2) if len(call.args) > 2 else ""
    m.input.set_quotes(opening, closing or "'")
    return ""


def changecom(m: Processor, call: Call) -> str:
    m.input.set_comment(call.text(1), call.text(2) or "\n")
    return ""


def divert(m: Processor, call: Call) -> str:
    target = number(m, call, call.text(1)) if len(call.args) > 1 else 0
    if target is not None:
        m.output.divert(target)
    return ""


def divnum(m: Processor, call: Call) -> str:
    return str(m.output.number)


def undivert(m: Processor, call: Call) -> str:
    if len(call.args) == 1:
        m.output.undivert_all()
    for wanted in call.texts():
        if _INTEGER.fullmatch(wanted):
            m.output.undivert(int(wanted))
        elif wanted:
            try:
                m.output.copy(m.files.read(wanted).text, call.place)
            except OSError as error:
                m.warn(call, f"cannot undivert `{wanted}': {error.strerror}")
    return ""


def include(m: Processor, call: Call) -> str:
    try:
        source = m.files.read(call.text(1))
    except OSError as error:
        return m.fail(call, f"cannot open `{call.text(1)}': {error.strerror}")
    m.input.push_file(source.path, source.text, call.place)
    return ""


def sinclude(m: Processor, call: Call) -> str:
    try:
        source = m.files.read(call.text(1))
    except OSError:
        return ""
    m.input.push_file(source.path, source.text, call.place)
    return ""


def m4wrap(m: Processor, call: Call) -> str:
    place = Place(call.place.file, call.place.line)  # who included that file has not asked for this line of output
    m.wrapped.append(Wrapped(" ".join(call.texts()), call.position, place))
    return ""


def m4exit(m: Processor, call: Call) -> str:
    status = number(m, call, call.text(1)) if len(call.args) > 1 else 0
    m.end(1 if status is None or not 0 <= status <= 255 else status)
    return ""


def errprint(m: Processor, call: Call) -> str:
    m.messages.append(Message(" ".join(call.texts()), place=call.place))
    return ""


def file(m: Processor, call: Call) -> str:
    return m.quoted(call.position.file)


def line(m: Processor, call: Call) -> str:
    return str(call.position.line)


def program(m: Processor, call: Call) -> str:
    return m.quoted("m4")


def _output_of(m: Processor, call: Call) -> str:
    try:
        text, m.command_status = m.files.run(call.text(1))
    except OSError as error:
        m.command_status = 127
        return m.fail(call, f"cannot run command `{call.text(1)}': {error.strerror}")
    return text


def syscmd(m: Processor, call: Call) -> str:
    m.output.pass_by(_output_of(m, call), call.place)
    return ""


def esyscmd(m: Processor, call: Call) -> str:
    return _output_of(m, call)


def sysval(m: Processor, call: Call) -> str:
    return str(m.command_status)


def make_temporary(m: Processor, call: Call) -> str:
    try:
        return m.quoted(m.files.make_temporary(call.text(1)))
    except OSError as error:
        return m.fail(call, f"cannot create tempfile `{call.text(1)}': {error.strerror}")
