"""The real app and, below ``/floor``, a bare one, in one server process: what ``bench_pages`` asks in turns."""

import sys
import tempfile
from inspect import iscoroutinefunction
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, request
from flask_sqlalchemy_lite import SQLAlchemy
from granian.constants import Interfaces
from granian.server import Server
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from studio.app import create_app
from studio.transactions import prepare_engine

ROW = "<li><a href='{{ row.href }}'>{{ row.title }}</a><p>{{ row.text }}</p></li>\n"
PAGE = "<!doctype html><title>floor</title><ul>{% for row in rows %}" + ROW + "{% endfor %}</ul>{{ rest }}"
TEXT = "盖板重新折边，四角加限位角铁，边上刷黄黑条，坑口装感应灯。" * 3


class Base(DeclarativeBase):
    """The floor's own tiny schema."""


class Line(Base):
    """One row of it."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text)


def floor_app(database: Path) -> Flask:
    """Return a Flask app with one page of a wished size and one insert, its templates compiled beforehand."""
    app = Flask("floor")
    app.config["SQLALCHEMY_ENGINES"] = {"default": f"sqlite:///{database}"}
    db = SQLAlchemy(app)
    app.teardown_appcontext_funcs = [after for after in app.teardown_appcontext_funcs if not iscoroutinefunction(after)]
    with app.app_context():
        prepare_engine(db.engine)
        Base.metadata.create_all(db.engine)
    whole, row_alone = app.jinja_env.from_string(PAGE), app.jinja_env.from_string(ROW)
    row = {"href": "/proposals/2026-00001", "title": "盖板翘边绊人", "text": TEXT}
    each = len(row_alone.render(row=row).encode()) + 1

    @app.get("/<int:size>")
    def page(size: int) -> str:
        return whole.render(rows=[row] * (size // each), rest=" " * (size % each))

    @app.post("/<int:size>")
    def insert(size: int) -> str:
        db.session.add(Line(title=request.form["title"]))
        db.session.commit()
        return page(size)

    return app


def build() -> DispatcherMiddleware:
    """Return both apps as one WSGI application."""
    folder = Path(tempfile.mkdtemp(prefix="studio-floor-"))
    return DispatcherMiddleware(create_app(), {"/floor": floor_app(folder / "floor.sqlite")})


if __name__ == "__main__":
    Server(
        "tests.benchmarks.bench_server:build",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        log_enabled=False,
    ).serve()
