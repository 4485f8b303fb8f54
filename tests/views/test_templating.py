import pytest
from flask import render_template
from jinja2 import DictLoader

from studio.wording.language import speaking

PAGES = {
    "fixed.html": "{{ _('Home') }}|{{ icon('home') }}|{{ _('Archive') if yes else _('Desk') }}",
    "filled.html": "{{ _('%(name)s,', name=name) }}{{ ngettext('%(num)s proposal', '%(num)s proposals', 3) }}",
    "plain.txt": "{{ _('%(name)s,', name=name) }}{{ _('Home') }}",
    "named.html": "{% set said = 'Home' %}{{ _(said) }}",
    "parent.html": "{{ _('Home') }} {% block inner %}{% endblock %}",
    "child.html": "{% extends 'parent.html' %}{% block inner %}{{ _('Archive') }}{% endblock %}",
}


@pytest.fixture
def page(app):
    app.jinja_env.loader = DictLoader(PAGES)
    app.jinja_env.bytecode_cache = None

    def render(template: str, locale: str, **facts: object) -> str:
        with app.test_request_context(), speaking(locale):
            return render_template(template, **facts)

    return render


def test_fixed_sentences_are_said_in_the_language_of_the_reader(page):
    chinese, english = page("fixed.html", "zh_CN", yes=True), page("fixed.html", "en", yes=False)
    assert chinese.startswith("首页|<svg")
    assert chinese.endswith("|成果库")
    assert english.startswith("Home|<svg")
    assert english.endswith("|Desk")


def test_they_are_a_part_of_the_compiled_page(page, app):
    page("fixed.html", "en", yes=True)
    with app.app_context():
        compiled = app.jinja_env._in("en").compile(PAGES["fixed.html"], name="fixed.html", raw=True)
    assert "gettext" not in compiled
    assert "Home" in compiled


def test_values_are_escaped_on_pages_and_not_in_plain_text(page):
    assert page("filled.html", "en", name="<b>") == "&lt;b&gt;,3 proposals"
    assert page("plain.txt", "en", name="<b>") == "<b>,Home"


def test_a_sentence_known_only_at_run_time_is_translated_too(page):
    assert page("named.html", "zh_CN") == "首页"


def test_parent_and_child_speak_the_same_language(page):
    assert page("child.html", "zh_CN") == "首页 成果库"
    assert page("child.html", "en") == "Home Archive"
