"""Sets of documents as integers whose set bits are the documents' numbers: AND, OR and counting run in C."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any


def positions(bits: int) -> Iterator[int]:
    """Yield the numbers of the set bits, rising."""
    digits = f"{bits:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def bitmap(numbers: Iterable[int], most: int) -> int:
    """Return the set of some numbers, none of them above ``most``."""
    data = bytearray((most >> 3) + 1)
    for number in numbers:
        data[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(data, "little")


class Order:
    """Documents in one order: ``sequence`` has their numbers, the best first, and ``key`` says what each goes by."""

    def __init__(self, key: Callable[[int], Any], sequence: Sequence[int], most: int) -> None:
        self.key = key
        self._sequence = sequence
        self._most = most

    def stretch(self, bits: int, start: int, count: int) -> list[int]:
        """Return ``count`` documents of the set from place ``start`` on.

        Walking along the order is quick for a big set, sorting the set for a small one; the limit is where both
        took the same time.
        """
        size, found = len(self._sequence), bits.bit_count()
        if found * found < (start + count) * size // 3:
            return sorted(positions(bits), key=self.key, reverse=True)[start : start + count]
        flags = bits.to_bytes((self._most >> 3) + 1, "little")
        walk = (number for number in self._sequence if flags[number >> 3] >> (number & 7) & 1)
        return list(islice(walk, start, start + count))
