"""Filing a proposal: three questions, two photos, one button. Nothing typed or taken is ever lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from uuid import uuid4

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models import AttachmentRole, Call, Proposal, ProposalState, Verb
from search_index.port import SearchUnavailable
from studio.domain.completeness import clean_text, title_from
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.machines import CODE_LIMIT
from studio.domain.routing import NO_EXPERIENCE
from studio.extensions import limiter
from studio.files.uploads import PreparedUpload, limits_of
from studio.operations import attachments, filing
from studio.operations.filing import Filing
from studio.operations.transition import check_revision
from studio.queries import calls, catalogue, colleagues, machines, people, precedents
from studio.queries import receipt as receipts
from studio.queries.alike import Alike, like_text
from studio.queries.proposals import reference_of
from studio.services import now, services, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.machines import label_of
from views.access import database, me, proposal_for, signed_in
from views.experience import experience_of_new
from views.feedback import show_problems, status_of, tell
from views.forms.fields import one_line
from views.forms.filing import CoAuthorRow, FilingForm, facts_of, shares_of
from views.moments import clock_time, today

blueprint = Blueprint("filing", __name__)
MOST_ASKED = "40 per minute"
"""How often one person may ask what is like his words; the page asks while he types, never faster than he pauses."""
LONGEST_ASKED = 2000
"""Characters of a text that are compared."""
PAPERS = ("a5", "slip")
"""What a receipt is printed on: a sheet of A5, or the 80 mm roll of a slip printer."""
PLACES = {"before": AttachmentRole.BEFORE, "after": AttachmentRole.AFTER, "files": AttachmentRole.DOCUMENT}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file of this request that lies in the store already."""

    prepared: PreparedUpload
    role: AttachmentRole

    @property
    def is_photo(self) -> bool:
        """Whether it takes the place of the photo before or after."""
        return self.role in {AttachmentRole.BEFORE, AttachmentRole.AFTER} and self.prepared.width is not None


@blueprint.route("/file", methods=["GET", "POST"])
@signed_in
def new() -> ResponseReturnValue:
    """Write a new proposal. The page itself saves nothing; the first word does."""
    form = _form(None)
    if form.is_submitted():
        return _take(form, None)
    form.filing_key.data = uuid4().hex
    _begin_at_machine(form)
    _begin_with_call(form)
    return _page(form, None)


@blueprint.route("/file/<number>", methods=["GET", "POST"])
@signed_in
def edit(number: str) -> ResponseReturnValue:
    """Write on at a draft. One that was filed meanwhile shows its receipt."""
    draft = proposal_for(Verb.SUBMIT, number)
    if draft.state is not ProposalState.DRAFT:
        return redirect(shown(draft))
    form = _form(draft)
    return _take(form, draft) if form.is_submitted() else _page(form, draft)


@blueprint.post("/file/autosave")
@signed_in
def autosave() -> ResponseReturnValue:
    """Keep what is written so far; the answer is for the page's script."""
    number = request.args.get("draft", "")
    draft = proposal_for(Verb.SUBMIT, number) if number else None
    form = _form(draft)
    form.validate()
    taken = _take_files(form)
    rows = _rows_found(form)
    saved = _save(form.filing(rows or ()), form.revision.data, draft, taken)
    if saved.state is not ProposalState.DRAFT:
        return jsonify(receipt=shown(saved))
    reference = reference_of(saved)
    return jsonify(
        address=url_for(".edit", number=reference),
        autosave=url_for(".autosave", draft=reference),
        revision=saved.revision,
        called=title_from(saved.problem),
        said=_("Draft kept %(time)s", time=clock_time(now())),
        shots=render_template("filing/shots.html", attachments=saved.attachments),
        refused=[message for field in (form.before, form.after, form.files) for message in field.errors],
    )


@blueprint.post("/file/alike")
@signed_in
@limiter.limit(MOST_ASKED, key_func=lambda: f"alike:{me().id}")
def similar() -> ResponseReturnValue:
    """Say what is there already and like the words so far; the answer is for the page's script."""
    found = _alike(request.form.get("title", ""), request.form.get("problem", ""))
    return jsonify(part=render_template("filing/alike.html", found=found, asked="asked" in request.form))


@blueprint.get("/proposals/<number>/receipt")
@signed_in
def receipt(number: str) -> ResponseReturnValue:
    """Say who answers by when, and why this studio; to be photographed or printed."""
    slip = receipts.receipt(database(), me(), number)
    if slip is None:
        raise NotFound
    if slip.mine and slip.submitted_at is None:
        return redirect(url_for(".edit", number=number))
    if not slip.mine:
        return redirect(url_for("proposals.show", number=number))
    named = precedents.readable(database(), me(), slip.reason)
    paper = request.args.get("paper")
    if paper in PAPERS:
        return render_template("filing/paper.html", proposal=slip, named=named, paper=paper, papers=PAPERS)
    return render_template("filing/receipt.html", proposal=slip, named=named)


def read_and_save(reference: str, *, submit: bool, written_at: datetime) -> tuple[FilingForm, Proposal | None]:
    """Take what waited in a browser from this request, files and all, and save or file it.

    ``reference`` is the draft's, empty where the browser knew of none; ``written_at`` is when it was written. Returns
    the form with what is wrong in it and None, if anything is; then nothing was changed. Raises Stale where the draft
    has newer words.
    """
    draft = proposal_for(Verb.SUBMIT, reference) if reference else None
    form = _form(draft)
    form.validate()
    taken, rows = _take_files(form), _rows_found(form)
    if form.errors or rows is None:
        return form, None
    try:
        return form, _save(form.filing(rows), None, draft, taken, submit=submit, written_at=written_at)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return form, None


def shown(proposal: Proposal) -> str:
    """Return the address that shows what was filed: its slip, or its page if it was taken back before it had one."""
    endpoint = "filing.receipt" if proposal.submitted_at else "proposals.show"
    return url_for(endpoint, number=reference_of(proposal))


def _begin_at_machine(form: FilingForm) -> None:
    """Fill in the machine that a label or a page leads here from; the form opens whatever became of it."""
    code = one_line(request.args.get("machine"))[:CODE_LIMIT]
    machine = machines.by_code(database(), code) if code else None
    if machine is None:
        form.location.data = code
        if code:
            tell(
                _("No machine has the code “%(code)s”. It stands in the field for the place; write on.", code=code),
                "info",
            )
    elif machine.in_use(today()):
        form.location.data = label_of(machine)
    else:
        tell(_("%(machine)s is out of use. Say below which one you mean.", machine=label_of(machine)), "info")


def _begin_with_call(form: FilingForm) -> None:
    """Note which challenge or campaign led here, if it is open; what is filed is a proposal like any other."""
    call = _call(request.args.get("call"))
    if call is not None and call.open_on(today()):
        form.call.data = call.code


def _call(code: str | None) -> Call | None:
    return calls.by_code(database(), code) if code else None


def _form(draft: Proposal | None) -> FilingForm:
    form = FilingForm(data=facts_of(draft, me()) if draft else None)
    db = database()
    form.offer(catalogue.kinds(db), catalogue.themes(db), people.led_by(db, me()), me())
    return form


def _take(form: FilingForm, draft: Proposal | None) -> ResponseReturnValue:
    """Save, and do what the button said. What is wrong comes back with everything that was typed."""
    action = request.form.get("action", "submit")
    form.validate()
    taken = _take_files(form)
    rows = _rows_found(form)
    sound = rows is not None and not form.errors
    given = form.filing(rows or ())
    saved = _save_or_tell(form, given, draft, taken, submit=sound and action == "submit")
    if saved is not None and saved.state is not ProposalState.DRAFT:
        return redirect(shown(saved))
    if form.errors or saved is None:
        return _page(form, saved, status=form.status)
    return _after_saving(action, saved)


def _save_or_tell(
    form: FilingForm, given: Filing, draft: Proposal | None, taken: Sequence[Taken], *, submit: bool
) -> Proposal | None:
    """Save and, if asked, file. Otherwise say what is missing, and keep the draft if it can be kept at all."""
    try:
        return _save(given, form.revision.data, draft, taken, submit=submit)
    except InvalidInput as refusal:
        show_problems(form, refusal)
    try:
        return _save(given, None, draft, taken)
    except InvalidInput:
        return draft


def _after_saving(action: str, draft: Proposal) -> ResponseReturnValue:
    reference = reference_of(draft)
    if action == "add_person":
        return redirect(url_for(".edit", number=reference, rows=len(draft.contributors), _anchor="people"))
    verb, _colon, attachment_id = action.partition(":")
    if verb == "remove":
        _remove(reference, attachment_id)
        return redirect(url_for(".edit", number=reference, _anchor="photos"))
    if action == "alike":
        return redirect(url_for(".edit", number=reference, alike=1, _anchor="alike"))
    tell(_("The draft is kept. Go on whenever you like."))
    return redirect(url_for(".edit", number=reference))


def _save(
    given: Filing,
    revision: int | None,
    draft: Proposal | None,
    taken: Sequence[Taken],
    *,
    submit: bool = False,
    written_at: datetime | None = None,
) -> Proposal:
    """Write draft, files and, if asked, the filing in one transaction. Raises InvalidInput; then nothing is written."""
    db, at = database(), now()
    reference = reference_of(draft) if draft else None
    known = experience_of_new(given) if submit else NO_EXPERIENCE
    with writing(db):
        actor = me()
        current = proposal_for(Verb.SUBMIT, reference, lock=True) if reference else None
        if current is not None and current.state is not ProposalState.DRAFT:
            return current
        if current is not None:
            check_revision(current, revision)
        saved = filing.save_draft(db, given, actor=actor, at=at, draft=current, written_at=written_at)
        if saved.state is ProposalState.DRAFT:
            _attach(saved, taken)
            if submit:
                filing.submit(db, saved, actor=actor, at=at, calendar=work_calendar(), experience=known)
    return saved


def _alike(*texts: str) -> Sequence[Alike] | None:
    """Return what the writer may read and is like his words; None if there are none yet or nobody can say."""
    words = [text[:LONGEST_ASKED] for text in texts if text.strip()]
    try:
        return like_text(database(), services().search, me(), words) if words else None
    except SearchUnavailable:
        return None


def _attach(draft: Proposal, taken: Sequence[Taken]) -> None:
    """Put the files on the draft; a new photo takes the place of the old one."""
    most = services().settings.attachments_per_proposal
    for file in taken:
        if file.is_photo:  # A film put into a photo's place is kept as a film and takes nobody's place.
            for old in [a for a in draft.attachments if a.role is file.role and a.sha256 != file.prepared.sha256]:
                attachments.remove_attachment(old, actor=me())
        attachments.attach(
            database(), draft, file.prepared, role=file.role, actor=me(), at=now(), files_per_proposal=most
        )


def _remove(reference: str, attachment_id: str) -> None:
    """Take a file off the draft; an id that is none of its files, or no number at all, changes nothing."""
    with writing(database()):
        draft = proposal_for(Verb.REMOVE_ATTACHMENT, reference, lock=True)
        for attachment in [a for a in draft.attachments if str(a.id) == attachment_id]:
            attachments.remove_attachment(attachment, actor=me())


def _take_files(form: FilingForm) -> list[Taken]:
    """Check and keep every file of the request, before any transaction; a refusal stands at its field."""
    taken = []
    for name, role in PLACES.items():
        for upload in request.files.getlist(name):
            prepared = _prepare(form, name, upload)
            if prepared is not None:
                taken.append(Taken(prepared, role))
    return taken


def _prepare(form: FilingForm, name: str, upload: FileStorage) -> PreparedUpload | None:
    if not upload.filename:
        return None
    limits, store = limits_of(services().settings), services().files
    try:
        return attachments.prepare_attachment(
            cast("BinaryIO", upload.stream), upload.filename, limits=limits, store=store, field=name
        )
    except InvalidInput as refusal:
        show_problems(form, refusal)
        form.status = status_of(refusal)
        return None


def _rows_found(form: FilingForm) -> tuple[filing.Share, ...] | None:
    """Return everybody's share, or None after writing at the field whom nobody or several people answer to."""
    rows: Sequence[CoAuthorRow] = form.shares.data
    submitter_no = form.submitter_no.data or me().employee_no
    return shares_of(form, submitter_no, colleagues.meant(database(), [row.who for row in rows]))


def _page(form: FilingForm, draft: Proposal | None, *, status: int = 200) -> ResponseReturnValue:
    if draft is not None:
        form.revision.data = draft.revision
    rows = (
        [*form.shares.data, CoAuthorRow("", "")] if "rows" in request.args or not form.shares.data else form.shares.data
    )
    asked = "alike" in request.args
    found = _alike(form.title.data or "", form.problem.data or "") if asked or form.errors else None
    near = machines.suggested(database(), me(), "", today())
    called = title_from(clean_text(form.problem.data or ""))
    facts = {
        "rows": rows,
        "near": near,
        "found": found,
        "asked": asked,
        "called": called,
        "call": _call(form.call.data),
    }
    return render_template("filing/file.html", form=form, draft=draft, **facts), status
