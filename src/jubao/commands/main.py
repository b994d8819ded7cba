"""The program `jubao`: gathers the commands and turns every failure into one clear line and an exit code.

Worked example: `jubao pension --region 500110 people.xlsx -o out.xlsx`; with a missing column it prints
`错误 COLUMN_MISSING：…` on stderr and exits 3, never a traceback.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, Exit, TyperException

from jubao.commands.failure_log import log_of_failure
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _

FILE_COMMANDS = ("compare", "pension", "extract", "interest", "policy", "trace", "demo")
"""These work on files alone and import neither Django nor a database driver (held by the contract `no-django`)."""

SYSTEM_COMMANDS = (
    "serve",
    "worker",
    "init",
    "backup",
    "restore",
    "keys",
    "migrate",
    "selfaudit",
    "import",
    "fill",
    "month",
)
"""These open the system; they import it inside the command's function, so that the overview costs nothing."""

MODULES = {"import": "import_files"}
"""The module of a command whose name no module may have."""

COMMANDS = (*FILE_COMMANDS, *SYSTEM_COMMANDS)
INTERRUPTED = 130

app = typer.Typer(
    name="jubao",
    help=_(
        "居保：城乡居民基本养老保险的业务系统，以及用文件做的比对、核算与政策包。每个命令加 --help 看说明和例子。"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root() -> None:
    """Keep sub-commands even while only one is registered."""


def _register(arguments: Sequence[str]) -> None:
    """Import only the command asked for (a county's small file must answer at once); all of them for the overview."""
    asked = next((word for word in arguments if not word.startswith("-")), None)
    present = {command.name for command in app.registered_commands} | {
        group.name for group in app.registered_groups
    }
    for name in COMMANDS if asked not in COMMANDS else (asked,):
        if name not in present:
            importlib.import_module(f"jubao.commands.{MODULES.get(name, name)}").register(app)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; an exception never gets through. Default: the process's own."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _register(words)
        result = app(args=words, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except DomainError as error:
        print(_("错误 {error}").format(error=error), file=sys.stderr)
        return error.exit_code
    except Exit as leave:
        return leave.exit_code
    except TyperException as error:
        return _wrong_words(error)
    except (Abort, KeyboardInterrupt):
        print(_("已中断；没有写出半个文件。"), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _programming_error(error)


def _wrong_words(error: TyperException) -> int:
    """An option or command that does not exist, or no command at all: the help stands there already, or is named."""
    if error.format_message():
        message = _("错误 {error} 请看 jubao --help 或 jubao 命令 --help。")
        print(message.format(error=error.format_message()), file=sys.stderr)
    return 2


def _programming_error(error: Exception) -> int:
    if os.environ.get("JUBAO_DEBUG"):
        traceback.print_exc()
    log = log_of_failure(error)
    message = _("程序错误（{kind}）：没有写出结果，输入未改动。请把 {log} 交给维护人员。")
    print(message.format(kind=type(error).__name__, log=log), file=sys.stderr)
    return 1


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run())
