"""`review-finetune serve [--host --port]`: one web process."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import secrets
import socket
import sys
from typing import TYPE_CHECKING

from agent.commands.output import say
from agent.commands.stored import operator, service
from agent.errors import UsageError

if TYPE_CHECKING:
    import uvicorn

    from agent.llm import Model
    from agent.settings import Settings
    from integrations.web.gate import Gate

HOST, PORT = "127.0.0.1", 8000
GRACE = 60
"""Seconds that requests at hand may take after the signal to stop."""
MOST_REQUESTS = 512
"""At once; more are told to come again."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("--host", default=HOST, metavar="ADDRESS", help=f"address to listen on (default: {HOST})")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"default: {PORT}; 0 takes a free one")
    parser.add_argument(
        "--new-token", metavar="NAME", help="make a token for a person, print it with its line for the configuration"
    )


def run(args: argparse.Namespace) -> int:
    """Serves until a signal; what is at hand is finished first.

    Raises:
        UsageError: the packages are missing, nothing is stored, the address is taken, or nobody could be told apart.
    """
    if args.new_token:
        return _token(args.new_token)
    try:
        import python_multipart  # noqa: F401  (Starlette asks for it at the first form)
        import uvicorn  # noqa: F401

        from integrations.web.app import build
    except ImportError as missing:
        why = f"the package {missing.name} is not installed"
        raise UsageError("serve", why, "Install it: pip install 'review-finetune[web]'.") from missing
    reviews = service(args)
    gate = _gate(reviews.settings, args.host)
    reviews.starters("none")  # a store that cannot be used is said now, not at the first request
    model = _model(reviews.settings)
    with _listen(args.host, args.port) as listening:
        _tell(listening, gate)
        _server(build(reviews, gate, model, _readers())).run(sockets=[listening])
    return 0


def _gate(settings: Settings, host: str) -> Gate:
    """Who may come in.

    Raises:
        UsageError: others than this machine could, and nobody has a token.
    """
    from integrations.web.configuration import configured
    from integrations.web.gate import Gate

    known, local = configured(settings.web, os.environ), _is_loopback(host)
    if not local and not known.people:
        fix = "Make one: review-finetune serve --new-token NAME."
        raise UsageError(f"--host {host}", "others could reach it, and nobody has a token", fix)
    return Gate(known, operator(), local)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise UsageError(f"cannot listen on {host} port {port}", why, "Give another --host or --port.") from error


def _server(app: object) -> uvicorn.Server:
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_REQUESTS,
            timeout_graceful_shutdown=GRACE,
            ws="none",
        )
    )


def _tell(listening: socket.socket, gate: Gate) -> None:
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("review_finetune.web").setLevel(logging.INFO)
    host, port = listening.getsockname()[:2]
    who = f"{len(gate.settings.people)} people with tokens" if gate.settings.people else "this machine, without tokens"
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"Serving on http://{shown}:{port} for {who}. Ctrl-C stops it.\n")
    sys.stderr.flush()


def _model(settings: Settings) -> Model | None:
    if settings.model is None:
        return None
    from agent.llm import Model

    return Model(settings.model)


def _readers() -> int:
    """Documents at once: one for each core that this process may use, two at least."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(cores, 16))


def _token(name: str) -> int:
    from integrations.web.configuration import configured, fingerprint

    token = secrets.token_urlsafe(32)
    line = f'{name} = "sha256:{fingerprint(token)}"'
    configured({"people": {name: f"sha256:{fingerprint(token)}"}}, {})
    say(f"Token for {name}; it is shown once: {token}\nIn review-finetune.toml, below [web.people]:\n{line}\n")
    return 0
