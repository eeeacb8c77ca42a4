"""How much memory held answers may take, and who has to go when it is used up."""

from collections.abc import Callable


class Room:
    """At most `limit` bytes.

    `make_way` is asked for bytes that can be let go when there are not enough; it returns whether
    it could let go of anything.
    """

    def __init__(self, limit: int, make_way: Callable[[], bool]) -> None:
        self.limit = limit
        self.used = 0
        self._make_way = make_way

    def take(self, size: int) -> bool:
        """Take `size` bytes; False, and nothing taken, when they can't be had."""
        while self.used + size > self.limit:
            if size > self.limit or not self._make_way():
                return False
        self.used += size
        return True

    def give_back(self, size: int) -> None:
        """Give back what was taken."""
        self.used -= size
