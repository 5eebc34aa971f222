"""Groups that grow by joining two members at a time (union and find), by whole numbers."""

from __future__ import annotations

from collections.abc import Iterable


class Unions:
    """Groups of numbers. A number nobody joined is a group of its own; the name of a group is its least member."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def of(self, one: int) -> int:
        """The name of the group that a number is in."""
        above = self._above
        top = one
        while (higher := above.get(top, top)) != top:
            top = higher
        while (higher := above.get(one, one)) != top:
            above[one] = top
            one = higher
        return top

    def join(self, one: int, two: int) -> int:
        """Make one group of the groups of two numbers, and return its name."""
        first, second = self.of(one), self.of(two)
        low, high = (first, second) if first < second else (second, first)
        if low != high:
            self._above[high] = low
        return low

    def members(self) -> list[int]:
        """Every number that is in a group with a lesser one, in order."""
        return sorted(self._above)

    def groups(self, members: Iterable[int]) -> dict[int, list[int]]:
        """The given numbers by the name of their group, in their order."""
        found: dict[int, list[int]] = {}
        for one in members:
            found.setdefault(self.of(one), []).append(one)
        return found
