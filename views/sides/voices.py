"""Other words than the deciding studio's: comments, notes, another studio, the congress, thanks; and who listens."""

from collections.abc import Sequence
from functools import cached_property

from models import Comment, CommentVisibility, CongressReferral, Verb
from studio.domain import relations, workflow
from studio.queries import regards, stories
from studio.queries.regards import Regard, Thanked
from studio.services import now
from views.access import database
from views.sides.reading import Reading


class Voices(Reading):
    """Whoever has something to say of a proposal, or wants to hear of it."""

    @cached_property
    def regard(self) -> Regard:
        """What the reader was told of it and has not seen, whether he follows it, and whether anybody thanks."""
        return regards.regard_of(database(), self.reader, self.record)

    @cached_property
    def may_follow(self) -> bool:
        """Whether the reader has to ask to be told of it."""
        return relations.follows_it(self.reader, self.record)

    @cached_property
    def may_thank(self) -> bool:
        """Whether the reader may thank its authors."""
        return relations.thanks_for_it(self.reader, self.record)

    @cached_property
    def thanks(self) -> Thanked:
        """Who thanks for it, the reader first; some of them by name where there are many."""
        return regards.thanks_for(database(), self.reader, self.record) if self.regard.thanked else Thanked()

    @cached_property
    def story(self) -> tuple[str, str] | None:
        """Code and headline of the story in which everybody reads of it, if there is one."""
        return stories.of_proposal(database(), self.record)

    @cached_property
    def may_request_opinion(self) -> bool:
        """Whether a second opinion can be asked for: once, and again where a studio declined to give it."""
        opinion = self.proposal.opinion
        return Verb.REQUEST_OPINION in self.verbs and (opinion is None or opinion.declined)

    @cached_property
    def owes_opinion(self) -> bool:
        """Whether the reader may say now what his studio thinks of it."""
        opinion = self.proposal.opinion
        return Verb.GIVE_OPINION in self.verbs and opinion is not None and opinion.open

    @cached_property
    def opinion_awaited(self) -> bool:
        """Whether an opinion would still be of use."""
        return workflow.fits(Verb.GIVE_OPINION, self.proposal.state)

    @cached_property
    def opinion_late(self) -> bool:
        """Whether the studio that was asked should have answered by now."""
        opinion = self.proposal.opinion
        return opinion is not None and opinion.open and self.opinion_awaited and opinion.due_at < now()

    @cached_property
    def referral(self) -> CongressReferral | None:
        """What the workers' congress has still to answer."""
        return next((one for one in self.proposal.referrals if one.open), None)

    @cached_property
    def comments(self) -> Sequence[Comment]:
        """What all who may see the proposal say."""
        return [said for said in self.proposal.comments if said.visibility is CommentVisibility.COMMENT]

    @cached_property
    def notes(self) -> Sequence[Comment]:
        """What the reviewers tell each other; empty for everybody else."""
        if not self.reads_notes:
            return []
        return [said for said in self.proposal.comments if said.visibility is CommentVisibility.NOTE]

    @cached_property
    def was_called(self) -> bool:
        """Whether the reader was named here and has not said that he has seen it."""
        said = (mention for comment in self.proposal.comments for mention in comment.mentions)
        return any(mention.person_id == self.reader.id and mention.seen_at is None for mention in said)
