"""`review-finetune completion SHELL`: a completion script, made from the parsers."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from agent.commands import COMMANDS
from agent.commands.output import say
from agent.commands.parser import PROGRAM, parser_of

GLOBAL = ("--help", "--version", "--config", "--debug")
HOW = {
    "bash": f'# Load it in ~/.bashrc: eval "$({PROGRAM} completion bash)"',
    "zsh": f'# Load it in ~/.zshrc, after compinit: eval "$({PROGRAM} completion zsh)"',
    "fish": f"# Keep it: {PROGRAM} completion fish > ~/.config/fish/completions/{PROGRAM}.fish",
}


class Options(NamedTuple):
    """The options of a command, and the values of those that take one of a few."""

    names: tuple[str, ...]
    values: dict[str, tuple[str, ...]]
    words: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("shell", choices=tuple(HOW), help="the shell that the script is for")


def run(args: argparse.Namespace) -> int:
    """Prints the script; it asks nothing of the program when a completion is wanted."""
    scripts = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    say(f"{HOW[args.shell]}\n{scripts[args.shell]()}")
    return 0


def options(name: str) -> Options:
    """What can be completed after a command."""
    actions = [a for a in parser_of(name)._actions if a.help != argparse.SUPPRESS]
    flags = [a for a in actions if a.option_strings]
    values = {o: tuple(map(str, a.choices)) for a in flags if a.choices for o in a.option_strings}
    words = tuple(str(c) for a in actions if not a.option_strings and a.choices for c in a.choices)
    return Options(tuple(o for a in flags for o in a.option_strings), values, words)


def _bash() -> str:
    cases = "\n".join(f"    {name}) {_bash_case(options(name))} ;;" for name in COMMANDS)
    return f"""_review_finetune() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} words=""
  case ${{COMP_WORDS[1]}} in
{cases}
    *) words="{" ".join((*COMMANDS, *GLOBAL))}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _review_finetune {PROGRAM}
"""


def _bash_case(of: Options) -> str:
    values = " ".join(f'{option}) words="{" ".join(v)}" ;;' for option, v in of.values.items())
    return f'case $prev in {values} *) words="{" ".join((*of.words, *of.names))}" ;; esac'


def _zsh() -> str:
    # zsh runs bash's completion functions as they are.
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash()}"


def _fish() -> str:
    lines = [f"complete -c {PROGRAM} -n __fish_use_subcommand -a {n} -d '{c.summary}'" for n, c in COMMANDS.items()]
    for name in COMMANDS:
        of, when = options(name), f"-n '__fish_seen_subcommand_from {name}'"
        lines += [f"complete -c {PROGRAM} {when} -a '{' '.join(of.words)}'"] if of.words else []
        lines += [_fish_line(option, of, when) for option in of.names]
    return "\n".join(lines) + "\n"


def _fish_line(option: str, of: Options, when: str) -> str:
    flag = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
    values = f" -x -a '{' '.join(of.values[option])}'" if option in of.values else ""
    return f"complete -c {PROGRAM} {when} {flag}{values}"
