"""Web hooks: which group robots and programs are told what, and whether it gets there."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Hook, HookKind
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.hooks import masked
from studio.domain.permissions import Duty
from studio.hooks import wire
from studio.hooks.robots import Answer
from studio.operations import hooks as operations
from studio.queries import administration
from studio.queries import hooks as queries
from studio.services import now, services
from studio.transactions import writing
from studio.wording.hooks import hook_kind_name, hook_topic_name
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.administration import ROW
from views.feedback import show_problems, tell
from views.forms.hooks import HookForm

blueprint = Blueprint("hooks", __name__, url_prefix="/administration/hooks")


@blueprint.get("")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show the hooks, and whether each works."""
    hooks, waiting = queries.hooks(database()), queries.waiting(database())
    facts = {"long_ago": now() - queries.FAILS_AFTER, **_words()}
    return render_template("hooks/index.html", hooks=hooks, waiting=waiting, **facts)


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def new() -> ResponseReturnValue:
    """Add a hook; it is off."""
    form = _form()
    if not form.is_submitted():
        return render_template("hooks/new.html", form=form)
    made = _added(form) if form.validate() else None
    if made is None:
        return render_template("hooks/new.html", form=form), 422
    if made.kind is HookKind.SIGNED:
        return _page(made, secret=made.secret)
    tell(_("Added. It is off: send a test message, then switch it on."))
    return redirect(url_for(".edit", hook_id=made.id))


def _added(form: HookForm) -> Hook | None:
    try:
        with writing(database()) as db:
            return operations.add(db, HookKind(form.kind.data), form.wanted, actor=me(), at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
    return None


@blueprint.route(f"/<{ROW}:hook_id>", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def edit(hook_id: int) -> ResponseReturnValue:
    """Show a hook with its latest messages, and change it."""
    form = _form()
    if not form.is_submitted():
        return _page(_hook(hook_id))
    form.kind.data = _hook(hook_id).kind.value  # what it is, it stays
    if not (form.validate() and _changed(hook_id, form)):
        return _page(_hook(hook_id), form), 422
    tell(_("Saved."))
    return redirect(url_for(".edit", hook_id=hook_id))


def _changed(hook_id: int, form: HookForm) -> bool:
    try:
        with writing(database()) as db:
            operations.change(db, _hook(hook_id, lock=True), form.wanted, actor=me())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return False
    return True


@blueprint.post(f"/<{ROW}:hook_id>/on")
@needs(Duty.ADMINISTER)
def switch_on(hook_id: int) -> ResponseReturnValue:
    """Let it tell what happens from now on."""
    act = _switching(active=True)
    return _change(hook_id, act, _("It is on. What happens from now on is told."))


@blueprint.post(f"/<{ROW}:hook_id>/off")
@needs(Duty.ADMINISTER)
def switch_off(hook_id: int) -> ResponseReturnValue:
    """Let it tell nothing more."""
    return _change(hook_id, _switching(active=False), _("It is off. Nothing is sent there any more."))


@blueprint.post(f"/<{ROW}:hook_id>/test")
@needs(Duty.ADMINISTER)
def try_out(hook_id: int) -> ResponseReturnValue:
    """Send a test message and say at once whether it arrived."""
    hook, at = _hook(hook_id), now()
    kind, letter = hook.kind, operations.trial_letter(hook, actor=me(), at=at, settings=services().settings)
    database().rollback()  # no connection is held while the other end takes its time
    result = wire.send(kind, letter)
    with writing(database()):
        operations.note_trial(_hook(hook_id, lock=True), result, actor=me(), at=at)
    if result.answer is Answer.SENT:
        tell(_("The test message has arrived."))
    else:
        tell(_("The test message did not arrive: %(why)s", why=result.error), "danger")
    return redirect(url_for(".edit", hook_id=hook_id))


@blueprint.post(f"/<{ROW}:hook_id>/secret")
@needs(Duty.ADMINISTER)
def renew(hook_id: int) -> ResponseReturnValue:
    """Make a new secret for a program and show it, this once."""
    with writing(database()):
        secret = operations.renew_secret(_hook(hook_id, lock=True), actor=me())
    return _page(_hook(hook_id), secret=secret)


@blueprint.post(f"/<{ROW}:hook_id>/remove")
@needs(Duty.ADMINISTER)
def remove(hook_id: int) -> ResponseReturnValue:
    """Forget a hook."""
    with writing(database()) as db:
        operations.remove(db, _hook(hook_id, lock=True), actor=me())
    tell(_("Removed. Nothing is sent there any more."))
    return redirect(url_for(".index"))


@blueprint.post(f"/<{ROW}:hook_id>/messages/<{ROW}:delivery_id>/again")
@needs(Duty.ADMINISTER)
def send_again(hook_id: int, delivery_id: int) -> ResponseReturnValue:
    """Send once more what was given up."""

    def act(hook: Hook) -> None:
        operations.send_again(database(), hook, delivery_id, actor=me(), at=now())

    return _change(hook_id, act, _("The message waits to go out again."))


def _switching(*, active: bool) -> Callable[[Hook], None]:
    return lambda hook: operations.switch(database(), hook, active=active, actor=me(), at=now())


def _change(hook_id: int, act: Callable[[Hook], None], told: str) -> ResponseReturnValue:
    """Do something to a hook in one transaction and go back to its page; say so if a rule forbids it."""
    try:
        with writing(database()):
            act(_hook(hook_id, lock=True))
    except InvalidInput as refusal:
        tell(problem_sentence(refusal.problems[0]), "danger")
    else:
        tell(told)
    return redirect(url_for(".edit", hook_id=hook_id))


def _form(hook: Hook | None = None) -> HookForm:
    form = HookForm(formdata=None) if hook else HookForm()
    form.offer(administration.studios(database()), administration.units(database()))
    if hook is not None:
        form.show(hook)
    return form


def _page(hook: Hook, form: HookForm | None = None, *, secret: str = "") -> str:
    facts = {"address": masked(hook.address), "latest": queries.latest(database(), hook.id), "secret": secret}
    return render_template("hooks/edit.html", hook=hook, form=form or _form(hook), **facts, **_words())


def _words() -> dict[str, Callable[..., str]]:
    return {"hook_kind_name": hook_kind_name, "hook_topic_name": hook_topic_name}


def _hook(hook_id: int, *, lock: bool = False) -> Hook:
    found = queries.by_id(database(), hook_id, lock=lock)
    if found is None:
        raise NotFound
    return found
