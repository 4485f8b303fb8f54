"""Somebody at a browser: looks at pages, fills the forms that are there, presses buttons."""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.world import PASSWORD
from tests.support.forms import Form, forms_of
from tests.support.pages import main_text


class Visitor:
    """One browser with its own cookies. After each step ``page`` is what it shows."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: TestResponse

    def get(self, path: str, *, expect: int = 200) -> "Visitor":
        """Open an address and follow where it leads."""
        self.page = self.client.get(path, follow_redirects=True)
        assert self.page.status_code == expect, f"GET {path}: {self.page.status_code}\n{self.text}"
        return self

    @property
    def path(self) -> str:
        """Where the browser is now."""
        return self.page.request.path

    @property
    def text(self) -> str:
        """What one reads on the page, without header and footer."""
        return (
            main_text(self.page.get_data()) if self.page.mimetype == "text/html" else self.page.get_data(as_text=True)
        )

    @property
    def html(self) -> str:
        """The page's source."""
        return self.page.get_data(as_text=True)

    def form(self, field: str, *, to: str = "") -> Form:
        """Return the form of this page that has a field of this name, and leads to ``to`` if that is said."""
        query = self.page.request.query_string.decode()
        here = f"{self.path}?{query}" if query else self.path
        every = forms_of(self.page.get_data(), here)
        found = [form for form in every if field in form.names and urlsplit(form.action).path.endswith(to)]
        assert found, f"{here} has no form with {field!r}; there are {[(f.action, sorted(f.names)) for f in every]}"
        return found[0]

    def send(self, form: Form, button: str | None = None, *, expect: int = 200) -> "Visitor":
        """Press a button and follow where it leads; ``expect`` is the status of the page one ends on."""
        assert form.method == "POST"
        coding = "multipart/form-data" if form.multipart else "application/x-www-form-urlencoded"
        data = form.data(form.button(button))
        self.page = self.client.post(form.action, data=data, content_type=coding, follow_redirects=True)
        assert self.page.status_code == expect, f"POST {form.action}: {self.page.status_code}\n{self.text}"
        return self

    def sign_in(self, employee_no: str, password: str = PASSWORD) -> "Visitor":
        """Sign in by the form, as everybody does."""
        self.get("/sign-in")
        self.send(self.form("employee_no").fill(employee_no=employee_no, password=password))
        assert self.path != "/sign-in", self.text
        return self

    def forget(self) -> None:
        """Lose the session, as after a night."""
        self.client.delete_cookie("studio")
