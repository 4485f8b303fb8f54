"""Templates are compiled once for each language, with everything in them that never changes already said.

A page shows some hundred fixed sentences and icons. Said at compile time they are a part of the page's text, which
costs nothing.
"""

from collections.abc import Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, cast

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from studio.wording.language import speaking, spoken

Constants = Mapping[str, Callable[..., Markup]]


class SpokenEnvironment(Environment):
    """Hands out each template in the language of the request. ``constants`` are functions that always say the same.

    A function whose answer depends on more than its arguments and the language must not be among them.
    """

    locale: str | None = None
    constants: Constants = MappingProxyType({})

    def __init__(self, app: App, **options: Any) -> None:  # noqa: ANN401 - Flask's own signature
        super().__init__(app, **options)
        self._languages: dict[str, SpokenEnvironment] = {}

    def get_template(self, name: Any, *arguments: Any, **options: Any) -> Template:  # noqa: ANN401 - Jinja's own signature
        """Return the template in the spoken language; a template's own parts are in its language anyway."""
        if self.overlayed:
            return super().get_template(name, *arguments, **options)
        return self._in(spoken().locale).get_template(name, *arguments, **options)

    def _in(self, locale: str) -> "SpokenEnvironment":
        known = self._languages.get(locale)
        if known is None:
            known = self.overlay()
            known.locale = locale
            self._languages[locale] = known
        return known

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows besides its own words, as one dict.

        Jinja's is a chain of two, which stays open for additions and is read through for every part of a page: that
        took longer than the words. So nothing may be added to the globals once there are templates.
        """
        return {**self.globals, **(d or {})}

    def _generate(self, source: nodes.Template, name: str | None, *arguments: Any, **options: Any) -> str:  # noqa: ANN401
        if self.locale is not None and name is not None and name.endswith(".html"):
            with speaking(self.locale):
                _Saying(self.constants).visit(source)
        return super()._generate(source, name, *arguments, **options)


class _Saying(NodeTransformer):
    """Puts what constant calls answer in their place."""

    def __init__(self, constants: Constants) -> None:
        self._constants = constants

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's visitors are called so
        self.generic_visit(node)
        called = self._constants.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        fixed = all(isinstance(given, nodes.Const) for given in node.args)
        if called is None or not fixed or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        said = called(*(cast("nodes.Const", given).value for given in node.args))
        return nodes.Const(said, lineno=node.lineno)
