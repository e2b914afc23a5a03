"""Where the column of a line ends on the right: what lies beside it limits it, what begins below it shows its width."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from agent.documents.pdf.segments import Segment

_BUCKET = 30.0
"""Points: lines that begin this near to each other belong to one column, indented ones too."""
_REACH = 2
_LEVEL = 6.0
_FEW = 3
_SHARE = 0.2


def right_edges(lines: list[Segment]) -> list[float]:
    """For each line of a page the right edge of its column, display frame."""
    neighbour = _neighbours(lines)
    groups: dict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        groups[int(line.left // _BUCKET)].append(i)
    edges: dict[int, float] = {}
    for bucket in groups:
        near = [i for b in range(bucket - _REACH, bucket + _REACH + 1) for i in groups.get(b, ())]
        limits = [neighbour[i] for i in near if i in neighbour]
        limit = median(limits) if len(limits) >= max(_FEW, _SHARE * len(near)) else float("inf")
        rights = [lines[i].right for i in near if lines[i].right <= limit]
        edges[bucket] = max(rights, default=max(lines[i].right for i in near))
    return [max(edges[int(line.left // _BUCKET)], line.right) for line in lines]


def _neighbours(lines: list[Segment]) -> dict[int, float]:
    """The left end of the nearest line to the right at about the same height, for lines that have one."""
    levels: dict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        levels[int(line.base // _LEVEL)].append(i)
    found: dict[int, float] = {}
    for level, members in levels.items():
        beside = sorted(lines[i].left for near in (level - 1, level, level + 1) for i in levels.get(near, ()))
        for i in members:
            right = next((left for left in beside if left > lines[i].right), None)
            if right is not None:
                found[i] = right
    return found
