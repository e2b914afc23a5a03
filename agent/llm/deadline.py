"""A call that may not take longer than it is given, whatever the other end does."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` gives.

    A timeout of the HTTP client counts from byte to byte: a server that sends one a second holds it for ever. So the
    call has a thread of its own, which is left behind when the time is over; it ends with the process.

    Raises:
        TimeoutError: it took longer.
        Exception: whatever the call raises.
    """
    done: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()

    def work() -> None:
        try:
            done.put((True, call()))
        except BaseException as error:
            done.put((False, error))

    threading.Thread(target=work, daemon=True, name="language model").start()
    try:
        well, result = done.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, BaseException) and not well:
        raise result
    return result  # type: ignore[return-value]
