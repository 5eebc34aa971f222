"""The program `candour`: finds the command, runs it, and turns refusals and faults into words and exit codes.

Exit codes: 0 done; 1 the input was refused (the message says what and how to mend it); 2 wrong usage; 3 a fault in Candour.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points

import click

COMMANDS = {
    "simulate": ("candour.cli.simulating", "A made-up force's exports, with planted truth beside them."),
    "import": ("candour.cli.importing", "Take a folder of a force's exports into a store, and report on it."),
    "link": ("candour.cli.linking", "Link the records of one child, suspect or place across sources."),
    "review": ("candour.cli.reviewing", "Put possible links to reviewers, and keep what they decide."),
    "assess": ("candour.cli.assessing", "Hold every case of a store against the practice standards."),
    "explain": ("candour.cli.explaining", "The whole proof of one finding."),
    "compare": ("candour.cli.comparing", "Every difference between two runs, and why."),
    "report": ("candour.cli.reporting", "What a run found, for people, as one HTML file."),
    "prompts": ("candour.cli.prompting", "Questions for a person, where only a person can judge."),
    "standards": ("candour.cli.cataloguing", "Check, list and show the practice standards, and make their manual."),
    "demo": ("candour.cli.demonstrating", "Everything above on a made-up force."),
}
"""Each command's module, which holds it as `command`, and its line in the help. Modules are loaded only when used."""

JOINED = "candour.commands"
"""The group of entry points through which another package's commands join the program: the service's, such as `candour serve`."""


def joined() -> dict[str, EntryPoint]:
    """The commands of other packages, by name, in the order of their names. None takes the place of one of ours."""
    found = {one.name: one for one in entry_points(group=JOINED) if one.name not in COMMANDS}
    return dict(sorted(found.items()))


REFUSALS = (
    "candour.records.refusals.InputRefused",
    "candour.records.vocabulary.VocabularyRefused",
    "candour.records.calendars.CalendarRefused",
    "candour.standards.refusals.StandardRefused",
)


class _LazyGroup(click.Group):
    """Loads a command's module when the command is used, so that starting stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *joined()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command = importlib.import_module(COMMANDS[cmd_name][0]).command
        elif one := joined().get(cmd_name):
            command = one.load()
        else:
            return None
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])
        others = [(name, command.get_short_help_str(100)) for name in joined() if (command := self.get_command(ctx, name))]
        if others:
            with formatter.section("Commands of the service"):
                formatter.write_dl(others)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="candour", message="candour %(version)s")
def program() -> None:
    """Candour tells a police force, and those who hold it to account, how well it protects children.

    It works from the records the force already keeps, and puts the proof beside every statement.
    """


def _is_refusal(error: BaseException) -> bool:
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return any(name in names for name in REFUSALS)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rpartition('candour')[2].lstrip('/')}:{frames[-1].lineno}" if frames else "an unknown place"


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments and return its exit code. Nothing of the data is put into a message about a fault."""
    try:
        code = program.main(args=list(arguments), prog_name="candour", standalone_mode=False)
    except click.Abort:
        click.echo("Stopped. What was whole is kept; nothing half-done is.", err=True)
        return 1
    except click.ClickException as usage:
        usage.show()
        return 2
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001  # the one place where a fault of any sort becomes exit code 3
        if _is_refusal(error):
            click.echo(str(error), err=True)
            return 1
        click.echo(
            f"This is a fault in Candour, not in your data: {type(error).__name__} at {_place(error)}. Nothing was half-written. "
            "Please report it. Set CANDOUR_DEBUG=1 to see more.",
            err=True,
        )
        if os.environ.get("CANDOUR_DEBUG"):
            traceback.print_exception(error)
        return 3
    return code if isinstance(code, int) else 0


def main() -> None:
    """The entry point of the installed program."""
    sys.exit(run(sys.argv[1:]))
