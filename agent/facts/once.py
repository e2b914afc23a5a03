"""What readers ask of one segment again and again, computed once: the answer is kept on the segment."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from agent.facts.segments import Segment

P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[Concatenate[Segment, P], T]) -> Callable[Concatenate[Segment, P], T]:
    """Remembers what a pure function of a segment and hashable arguments gives; what an iterator gives, as a whole."""
    iterates = inspect.isgeneratorfunction(function)

    @wraps(function)
    def known(segment: Segment, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (function, *args, *kwargs.items())
        if key not in segment.known:
            found = function(segment, *args, **kwargs)
            segment.known[key] = tuple(cast(Any, found)) if iterates else found
        value = segment.known[key]
        return cast(T, iter(value) if iterates else value)

    return known
