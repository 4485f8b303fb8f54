"""How mails become bytes: by the standard library, spared what it would do again for every mail.

It takes each header apart into its smallest tokens, once to store and once more to write it; for a digest that is most
of what sending costs. Here a header is taken apart when somebody asks for it, and what all mails share only once.
"""

from email.headerregistry import HeaderRegistry
from functools import lru_cache
from typing import Any

from studio.mail.headers import WirePolicy

ALIKE = 64
"""So many headers are kept: those that all mails share stay, those of a single mail pass through."""
SHARED = frozenset({"from", "date", "mime-version", "content-type", "content-transfer-encoding"})
"""Headers that many mails have in common, word for word."""


class KnownHeaders(HeaderRegistry):
    """Remembers the kinds of headers, and what the last texts of headers mean; headers never change."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = lru_cache(ALIKE)(super().__getitem__)
        self._parsed = lru_cache(ALIKE)(super().__call__)

    def __getitem__(self, name: str) -> type:
        """Return what parses headers of a name."""
        return self._kind(name)

    def __call__(self, name: str, value: Any) -> Any:  # noqa: ANN401 - each kind of header has a type of its own
        """Return a header with its meaning."""
        return self._parsed(name, value) if type(value) is str else super().__call__(name, value)


class LazyPolicy(WirePolicy):
    """Keeps a header given as text as it is. Whoever reads it has it parsed, as in a mail that came in."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401
        """Store a header. Raises ValueError for a line end in it, which could begin another header."""
        if type(value) is str and not {"\r", "\n"} & set(value):
            return name, value
        return super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401
        """Return the header's lines."""
        return _folded(self, name, value) if name.lower() in SHARED else self.fold_anew(name, value)

    def fold_anew(self, name: str, value: Any) -> bytes:  # noqa: ANN401
        """Return the header's lines, whether or not they are known."""
        return super().fold_binary(name, value)


@lru_cache(ALIKE)
def _folded(policy: LazyPolicy, name: str, value: Any) -> bytes:  # noqa: ANN401
    return policy.fold_anew(name, value)


POLICY = LazyPolicy(linesep="\r\n", cte_type="7bit", raise_on_defect=False, header_factory=KnownHeaders())
"""No relay in a factory may be trusted with eight bits."""
