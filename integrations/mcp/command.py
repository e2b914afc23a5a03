"""`review-finetune mcp`: serves one client on standard input and output until it hangs up."""

from __future__ import annotations

import argparse

from agent.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares no arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Serves.

    Raises:
        UsageError: the package is missing, or the configuration cannot be used.
    """
    import asyncio

    from agent.settings import load

    settings = load(args.config)
    try:
        from integrations.mcp.server import serve
    except ImportError as missing:
        why = f"the package {missing.name} is not installed"
        raise UsageError("mcp", why, "Install it: pip install 'review-finetune[mcp]'.") from missing
    asyncio.run(serve(settings))
    return 0
