"""`review-finetune`: finds the command, runs it, and turns every error into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys

from agent import __version__
from agent.commands import COMMANDS
from agent.errors import UsageError

STOPPED = 130
"""Ctrl-C, as shells report it."""
PIPE_CLOSED = 141
"""The reader of our output went away (`| head`), as shells report it."""


def main(argv: list[str] | None = None) -> int:
    """Runs the program.

    Args:
        argv: the arguments after the program's name; those of the process when left out.

    Returns:
        The exit code of the contract.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered must not be flushed into the closed pipe when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        if debug:
            raise
        return STOPPED
    except Exception as error:
        if debug:
            raise
        from agent.commands import failure

        return failure.report(error)
    return code


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"review-finetune {__version__}\n")
        return 0
    name, rest = _command(arguments)
    return _run(name, rest)


def _run(name: str, rest: list[str]) -> int:
    from agent.commands.parser import parser_of

    try:
        args = parser_of(name).parse_args(rest)
    except SystemExit as leaving:  # argparse leaves after --help
        return leaving.code if isinstance(leaving.code, int) else 0
    code: int = importlib.import_module(COMMANDS[name].module).run(args)
    return code


def _command(arguments: list[str]) -> tuple[str, list[str]]:
    """The command and its arguments. Options may stand before it; a file alone is reviewed.

    Raises:
        UsageError: the first word is neither a command nor a document.
    """
    place = next((n for n, word in enumerate(arguments) if word in COMMANDS), None)
    if place is not None and _only_options(arguments[:place]):
        return arguments[place], arguments[place + 1 :] + arguments[:place]
    first = next((a for a in arguments if not a.startswith("-") or a == "-"), "")
    if first and not _looks_like_document(first):
        raise _unknown(first)
    return "review", arguments


def _only_options(words: list[str]) -> bool:
    """True for `--debug` and `--config PATH` alone."""
    rest = iter(words)
    for word in rest:
        if word == "--config":
            next(rest, None)
        elif word != "--debug" and not word.startswith("--config="):
            return False
    return True


def _looks_like_document(word: str) -> bool:
    return word == "-" or "." in word or os.sep in word or "://" in word or os.path.lexists(word)


def _unknown(word: str) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, 1, 0.6)
    hint = f"Did you mean {near[0]}? " if near else ""
    return UsageError(
        f"unknown command {word!r}", "no such command or file", f"{hint}There are: {', '.join(COMMANDS)}."
    )


def overview() -> str:
    """What `--help` prints: written here, so that nothing is imported for it."""
    width = len("--config PATH") + 2
    lines = [f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            "usage: review-finetune FILE…            review documents (PDF, DOCX, Markdown, HTML, text, - for stdin)",
            "       review-finetune COMMAND [--help]",
            "",
            "Reviews fine-tuning proposals: verdict, findings with quotes, computed numbers, open questions.",
            "",
            "commands:",
            *lines,
            "",
            "options:",
            f"  {'--version':<{width}}print the version",
            f"  {'--config PATH':<{width}}configuration file (default: the nearest review-finetune.toml)",
            f"  {'--debug':<{width}}show the traceback of an error",
            "",
            "exit codes: 0 done, 1 --fail-on was met or one of several documents failed, 2 wrong usage or",
            "            configuration, 3 the document cannot be read, 4 the model is required and cannot be reached",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
