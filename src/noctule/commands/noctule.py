"""noctule: Noctule's own face: serving, its queue, and what there is to do with configurations."""

import argparse
import os
import shlex
import sys

from noctule.base.errors import ConfigurationError, UsageError
from noctule.base.version import __version__
from noctule.commands import sendmail
from noctule.commands.flags import FlagError, parse, seconds
from noctule.config import Configuration, Options
from noctule.mail.status import Exit

DEFAULT_CF = "/etc/mail/sendmail.cf"


def main(argv: list[str] | None = None) -> int:
    """Run; the result is the exit status."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    try:
        status: int = arguments.run(arguments)
    except FlagError as error:
        if str(error):
            print(error, file=sys.stderr)
        return error.status
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return Exit.CONFIG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end
        return Exit.IOERR
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noctule", description="A mail transfer agent that runs Sendmail's configuration."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = _command(commands, "serve", "run in the foreground", _serve)
    serve.add_argument(
        "--log", default="", metavar="FILE", help="log to a file, '-' for standard error (default: syslog)"
    )
    serve.add_argument("-q", dest="interval", metavar="TIME", help="interval of queue runs, such as 30m")
    queue = _command(commands, "queue", "print the queue, or run it", _queue)
    queue.add_argument("action", nargs="?", choices=("list", "run"), default="list")
    queue.add_argument("ids", nargs="*", metavar="ID", help="only messages whose id contains this")
    config = _command(commands, "config", "check a configuration", _config)
    config.add_argument("--ignored", action="store_true", help="list the options it sets that have no effect here")
    _site_file_commands(commands)
    _examining_commands(commands)
    user = _command(commands, "user", "say who may log in: a file of names and hashed passwords", _user)
    user.add_argument("--file", metavar="FILE", help="default: passwordfile_path of Sendmail.conf")
    user.add_argument("--scram", action="store_true", help="keep what SCRAM-SHA-256 needs, which is cheaper to guess")
    user.add_argument("action", choices=("add", "list", "del"))
    user.add_argument("name", nargs="?", metavar="USER")
    return parser


def _examining_commands(commands) -> None:  # type: ignore[no-untyped-def]
    lint = commands.add_parser("lint", help="tell what is suspicious in a configuration")
    lint.add_argument("file", nargs="?", default=DEFAULT_CF, metavar="FILE")
    lint.add_argument("--format", dest="style", choices=("text", "json", "sarif"), default="text")
    lint.add_argument("-O", dest="options", action="append", default=[], metavar="NAME=VALUE")
    lint.set_defaults(run=_lint)
    explain = _command(commands, "explain", "tell what becomes of an address, and which rules do it", _explain)
    explain.add_argument(
        "--sender", default="", metavar="ADDRESS", help="who sends to it (default: the postmaster here)"
    )
    explain.add_argument("--client", default="", metavar="IP", help="address of the client (default: this host)")
    explain.add_argument("--auth", default="", metavar="USER", help="who the client has authenticated as")
    explain.add_argument("-v", "--rules", action="store_true", help="show every rule that was applied, as a tree")
    explain.add_argument("--all", action="store_true", help="show the rules that do not match, too")
    explain.add_argument("--json", action="store_true", help="print JSON")
    explain.add_argument("address", metavar="ADDRESS")
    test = _command(commands, "test", "test a configuration against expectations", _test)
    test.add_argument("--format", dest="style", choices=("tap", "json", "junit"), default="tap")
    test.add_argument("files", nargs="+", metavar="EXPECTATIONS")


def _site_file_commands(commands) -> None:  # type: ignore[no-untyped-def]
    mc = commands.add_parser("mc", help="make a sendmail.cf of an mc file")
    mc.add_argument("file", metavar="FILE.mc")
    mc.add_argument("-I", dest="include", action="append", default=[], metavar="DIR", help="search included files here")
    mc.add_argument("-D", dest="definitions", action="append", default=[], metavar="NAME[=VALUE]")
    mc.add_argument("-U", dest="undefined", action="append", default=[], metavar="NAME")
    mc.add_argument("-s", dest="synclines", action="store_true", help="put comments with line numbers into the cf file")
    mc.add_argument("--library", default="", metavar="DIR", help="use this configuration library, not Noctule's")
    mc.add_argument("--allow-syscmd", dest="allow_commands", action="store_true", help="let the file run commands")
    mc.set_defaults(run=_mc)
    init = commands.add_parser("init", help="ask a few questions, and write an mc file")
    init.add_argument("--name", metavar="HOST", help="name of this host")
    init.add_argument("--smart-host", metavar="HOST[:PORT]", help="where mail for the outside goes (default: directly)")
    init.add_argument("--log-in", choices=("yes", "no"), help="whether it wants a password")
    init.add_argument("--local", metavar="WHERE", help="maildir, mbox, lmtp:SOCKET, lmtp:HOST:PORT or hub:HOST")
    init.add_argument("--certificate", metavar="FILE", help="certificate for TLS")
    init.add_argument("--key", metavar="FILE", help="its key")
    init.add_argument("--submit", metavar="WHO", help="networks that may send to everywhere, and the word auth")
    init.add_argument("--directory", default="/etc/mail", metavar="DIR", help="where tables lie (default: /etc/mail)")
    init.add_argument("--batch", action="store_true", help="ask nothing: what is not given has its default")
    init.add_argument("file", nargs="?", default="site.mc", metavar="FILE.mc", help="'-': standard output")
    init.set_defaults(run=_init)


def _command(commands, name: str, text: str, run) -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--config", default=DEFAULT_CF, metavar="FILE")
    command.add_argument("-O", dest="options", action="append", default=[], metavar="NAME=VALUE")
    command.set_defaults(run=run)
    return command


def _serve(arguments: argparse.Namespace) -> int:
    from noctule.assembly.daemonsite import DaemonRequest
    from noctule.assembly.logs import LogTarget
    from noctule.assembly.reading import Request
    from noctule.commands.modes.daemon import Launch, launch

    request = DaemonRequest(
        configuration=Request(
            path=arguments.config, settings=tuple(f" {option}" for option in arguments.options), mode="D"
        ),
        log=LogTarget(arguments.log, "noctule"),
        queue_interval=seconds(arguments.interval) if arguments.interval else 0.0,
    )
    return launch(Launch(request=request, command=shlex.join(sys.argv)))


def _explain(arguments: argparse.Namespace) -> int:
    from noctule.commands import explain

    return explain.run(
        _loaded(arguments),
        arguments.address,
        sender=arguments.sender,
        client=arguments.client,
        auth=arguments.auth,
        style=explain.style_of(as_json=arguments.json, rules=arguments.rules or arguments.all),
        all_rules=arguments.all,
    )


def _user(arguments: argparse.Namespace) -> int:
    from noctule.commands import user

    try:
        file = user.password_file(arguments.file or "", lambda: _options(arguments))
        if arguments.action == "list":
            return user.show(file)
        if not arguments.name:
            raise FlagError("noctule user: whose name?")
        return (
            user.add(file, arguments.name, scram=arguments.scram)
            if arguments.action == "add"
            else user.delete(file, arguments.name)
        )
    except UsageError as error:
        raise FlagError(str(error)) from None


def _test(arguments: argparse.Namespace) -> int:
    from noctule.commands import test

    return test.run(_loaded(arguments), arguments.files, arguments.style)


def _loaded(arguments: argparse.Namespace) -> Configuration:
    from noctule.commands.modes.configured import load

    options = [f"-O{option}" for option in arguments.options]
    return load(parse(["sendmail", f"-C{arguments.config}", *options]))


def _options(arguments: argparse.Namespace) -> Options:
    """What the file says of options, whatever else it lacks."""
    from noctule.assembly.reading import read_configuration
    from noctule.commands.modes.configured import request_of

    options = [f"-O{option}" for option in arguments.options]
    return read_configuration(request_of(parse(["sendmail", f"-C{arguments.config}", *options]))).options


def _as_sendmail(arguments: argparse.Namespace, *flags: str) -> int:
    options = [f"-O{option}" for option in arguments.options]
    return sendmail.run(parse(["sendmail", f"-C{arguments.config}", *options, *flags]))


def _queue(arguments: argparse.Namespace) -> int:
    chosen = [f"-qI{part}" for part in arguments.ids]
    return _as_sendmail(arguments, *(("-bp", *chosen) if arguments.action == "list" else (chosen or ["-q"])))


def _config(arguments: argparse.Namespace) -> int:
    if not arguments.ignored:
        return _as_sendmail(arguments, "-bC")
    from noctule.commands.modes.test import list_ignored

    return list_ignored(parse(["sendmail", f"-C{arguments.config}"]))


def _mc(arguments: argparse.Namespace) -> int:
    from noctule.commands import mc

    return mc.run(
        arguments.file,
        library=arguments.library,
        include=arguments.include,
        definitions=arguments.definitions,
        undefined=arguments.undefined,
        synclines=arguments.synclines,
        allow_commands=arguments.allow_commands,
    )


def _init(arguments: argparse.Namespace) -> int:
    from noctule.commands import init

    keys = ("name", "smart_host", "log_in", "local", "certificate", "key", "submit")
    given = {key: getattr(arguments, key) for key in keys}
    return init.run(arguments.file, given, ask=not arguments.batch, directory=arguments.directory)


def _lint(arguments: argparse.Namespace) -> int:
    from noctule.commands import lint

    return lint.run(arguments.file, arguments.style, tuple(f" {option}" for option in arguments.options))
