"""The table of builtins."""

from noctule.config.m4 import definitions, flow, strings
from noctule.config.m4.symbols import Builtin

BUILTINS = (
    # definitions
    Builtin("define", definitions.define, 1, 2),
    Builtin("undefine", definitions.undefine, 1),
    Builtin("pushdef", definitions.pushdef, 1, 2),
    Builtin("popdef", definitions.popdef, 1),
    Builtin("defn", definitions.defn, 1),
    Builtin("indir", definitions.indir, 1),
    Builtin("builtin", definitions.builtin, 1),
    Builtin("dumpdef", definitions.dumpdef, bare=True),
    Builtin("traceon", definitions.traceon, bare=True),
    Builtin("traceoff", definitions.traceoff, bare=True),
    Builtin("debugmode", definitions.debugmode, 0, 1, bare=True),
    Builtin("debugfile", definitions.debugfile, 0, 1, bare=True),
    # decisions, input and output
    Builtin("ifdef", flow.ifdef, 2, 3),
    Builtin("ifelse", flow.ifelse),
    Builtin("shift", flow.shift, 1),
    Builtin("dnl", flow.dnl, 0, 0, bare=True),
    Builtin("changequote", flow.changequote, 0, 2, bare=True),
    Builtin("changecom", flow.changecom, 0, 2, bare=True),
    Builtin("divert", flow.divert, 0, 1, bare=True),
    Builtin("divnum", flow.divnum, 0, 0, bare=True),
    Builtin("undivert", flow.undivert, bare=True),
    Builtin("include", flow.include, 1, 1),
    Builtin("sinclude", flow.sinclude, 1, 1),
    Builtin("m4wrap", flow.m4wrap, 1),
    Builtin("m4exit", flow.m4exit, 0, 1, bare=True),
    Builtin("errprint", flow.errprint, 1),
    Builtin("__file__", flow.file, 0, 0, bare=True),
    Builtin("__line__", flow.line, 0, 0, bare=True),
    Builtin("__program__", flow.program, 0, 0, bare=True),
    Builtin("syscmd", flow.syscmd, 1, 1),
    Builtin("esyscmd", flow.esyscmd, 1, 1),
    Builtin("sysval", flow.sysval, 0, 0, bare=True),
    Builtin("maketemp", flow.make_temporary, 1, 1),
    Builtin("mkstemp", flow.make_temporary, 1, 1),
    # text and numbers
    Builtin("len", strings.length, 1, 1),
    Builtin("index", strings.index, 2, 2, lenient=True),
    Builtin("substr", strings.substr, 2, 3, lenient=True),
    Builtin("translit", strings.translit, 2, 3, lenient=True),
    Builtin("regexp", strings.regexp, 2, 3, lenient=True),
    Builtin("patsubst", strings.patsubst, 2, 3, lenient=True),
    Builtin("format", strings.format_, 1),
    Builtin("incr", strings.incr, 1, 1),
    Builtin("decr", strings.decr, 1, 1),
    Builtin("eval", strings.evaluate, 1, 3),
)
