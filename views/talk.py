"""What people say, with the names of those they call."""

from functools import partial

from markupsafe import Markup, escape

from models import Comment
from studio.domain import mentions
from studio.wording.names import name_of
from views.presentation import paragraphs


def said(comment: Comment) -> Markup:
    """Return a comment or a note as escaped paragraphs; whoever is named in it stands out, by his name."""
    if not comment.mentions:
        return paragraphs(comment.body)
    return paragraphs(comment.body, line=partial(_with_names, comment))


def _with_names(comment: Comment, line: str) -> Markup:
    people = [mention.person for mention in comment.mentions]
    as_said = [(mentions.key_of(mention.said), mention.person) for mention in comment.mentions]
    return Markup("").join(_shown(part) for part in mentions.parts(line, people, also=as_said))


def _shown(part: mentions.Part) -> Markup:
    if part.person is None:
        return escape(part.text)
    return Markup('<span class="mention">@{}</span>').format(name_of(part.person))
