"""What comes out the same for every test is worked out once: how addresses are built, and what a query is in SQL.

Each test has an app and a database of its own, and so every app would compile the same few hundred addresses and the
same queries again. That was nearly half the time of all tests. Both are kept beside the tests, not in the product.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
Statements = tuple[Dialect, Any]


class RuleCompiledOnce(Rule):
    """A rule of the URL map; what builds its addresses depends on nothing but the rule's own words."""

    built: dict[tuple[object, ...], Builder] = {}  # noqa: RUF012 - shared by all rules on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - as the library has it
        given = sorted((self.defaults or {}).items())
        key = (self.rule, append_unknown, repr(given), *self._trace)
        if key not in self.built:
            self.built[key] = super()._compile_builder(append_unknown)
        return self.built[key]


class Dictionaries:
    """Statements as they were compiled, by kind of database. An engine that borrows them has its own connections."""

    def __init__(self) -> None:
        self._kept: dict[str, Statements] = {}

    def lend(self, engine: Engine) -> None:
        """Let an engine compile nothing that another one of its kind has compiled before."""
        kind = f"{engine.dialect.name}+{engine.dialect.driver}"
        if kind not in self._kept:
            engine.connect().close()  # the first connection tells the dialect what its server can do
            self._kept[kind] = engine.dialect, engine._compiled_cache
        engine.dialect, engine._compiled_cache = self._kept[kind]
