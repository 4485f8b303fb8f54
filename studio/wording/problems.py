"""What is wrong, as one sentence: what happened and what to do. Every code of the house has its sentence here."""

from collections.abc import Mapping
from typing import Any

from studio.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, Problem
from studio.wording.language import lazy_gettext
from studio.wording.names import joined, name_of

PROBLEMS = {
    # Filing
    "title_missing": lazy_gettext("Give it a name, so that people can find it."),
    "problem_missing": lazy_gettext("One sentence to go: say what is wrong now."),
    "measure_missing": lazy_gettext("One sentence to go: say what you would change."),
    "effect_missing": lazy_gettext("One sentence to go: say what good it will do."),
    "headline_missing": lazy_gettext("Give the story a headline: one sentence that makes people stop."),
    "photo_of_another": lazy_gettext("Choose a photo of this proposal."),
    "photos_betray": lazy_gettext("Its authors wish to stay unnamed, and photos can tell who they are."),
    "story_confidential": lazy_gettext("It is confidential, so it cannot be told to everybody."),
    "story_names_author": lazy_gettext("Its authors wish to stay unnamed. Tell it without their names."),
    "story_not_in_use": lazy_gettext("Only what is in use is told as a story."),
    "story_told_already": lazy_gettext("A colleague has told it meanwhile. Change that story instead."),
    "too_long": lazy_gettext("Please shorten it to %(limit)s characters; now there are %(length)s."),
    "person_unknown": lazy_gettext("Nobody has the staff number %(number)s. Please look at it again."),
    "person_inactive": lazy_gettext("%(name)s (%(number)s) no longer works here."),
    "person_twice": lazy_gettext("Row %(row)s: %(person)s is on the list already."),
    "not_your_team": lazy_gettext("You can file for people of your own team only; %(number)s belongs to another."),
    "share_out_of_range": lazy_gettext("Row %(row)s: a share is from 1 to 100, not %(percent)s."),
    "shares_not_whole": lazy_gettext("The shares must make 100; now they make %(total)s."),
    "submitter_without_share": lazy_gettext("Whoever files it takes part too: add a row for the submitter."),
    "kind_unknown": lazy_gettext("Please choose a kind from the list."),
    "theme_unknown": lazy_gettext("Please choose the aims from the list."),
    "money_negative": lazy_gettext("Please write the amount in yuan, 0 or more."),
    "money_too_large": lazy_gettext("That is more than the whole firm earns. Please check the amount in yuan."),
    "money_unreadable": lazy_gettext("Write the amount in yuan as text with two decimals at most, such as “12800.50”."),
    # Programs
    "field_missing": lazy_gettext("This field is missing."),
    "field_unknown": lazy_gettext("There is no field or parameter of this name."),
    "field_wrong": lazy_gettext("The value does not fit; the description of the API says what does."),
    "text_too_long": lazy_gettext("At most %(limit)s characters."),
    "key_used_before": lazy_gettext("This key has filed another proposal. Choose a new key for each one."),
    "mail_forgotten": lazy_gettext("What this mail said is not kept any more, so it cannot be sent again."),
    # Files
    "file_empty": lazy_gettext("“%(filename)s” is empty. Please choose the file again."),
    "file_too_large": lazy_gettext("“%(filename)s” is too large. Please choose a smaller file."),
    "file_type_not_allowed": lazy_gettext(
        "“%(filename)s” cannot be taken. Photos, PDF, Office files, sound and short films can."
    ),
    "file_is_old_office": lazy_gettext(
        "“%(filename)s” is in an old Office format. Save it as docx, xlsx or pptx and choose it again."
    ),
    "image_broken": lazy_gettext("The photo “%(filename)s” is damaged. Please take or choose it again."),
    "image_too_many_pixels": lazy_gettext("The photo “%(filename)s” has too many pixels. Please choose a smaller one."),
    "too_many_files": lazy_gettext("A proposal can carry %(limit)s files, and they are all there already."),
    "disk_full": lazy_gettext("There is no room for files just now. Your words are safe; please tell the coordinator."),
    # Web hooks
    "hook_name_missing": lazy_gettext("Give it a name, such as the name of the group."),
    "hook_address_wrong": lazy_gettext(
        "Copy the whole address of the robot or program; it begins with https:// or http://."
    ),
    "hook_secret_wrong": lazy_gettext("This is no secret as robots give it: letters and digits without spaces."),
    "hook_topics_missing": lazy_gettext("Choose one thing at least that it is to tell."),
    "hook_unit_unknown": lazy_gettext("There is no such unit any more. Please choose another."),
    "hook_is_off": lazy_gettext("It is switched off. Switch it on first; then send the message again."),
    # Routing
    "studio_unknown": lazy_gettext("Please choose a studio from the list."),
    "studio_has_it": lazy_gettext("This studio has it already. Please choose another."),
    "words_missing": lazy_gettext("Please say why, in a sentence."),
    # Reviewing
    "score_missing": lazy_gettext("This score is still missing."),
    "score_out_of_range": lazy_gettext("A score is a whole number from %(lowest)s to %(highest)s."),
    "criterion_unknown": lazy_gettext("The criteria have changed since you opened the page. Please look again."),
    "question_missing": lazy_gettext("Write what you would like to know."),
    "answer_missing": lazy_gettext("Write your answer; a few words will do."),
    "body_missing": lazy_gettext("Nothing is written yet."),
    "too_many_mentions": lazy_gettext("Please name %(limit)s people at most."),
    "mention_unknown": lazy_gettext(
        "Nobody is called “%(word)s” here. Check the name, or write the staff number after the @. "
        "If you mean nobody, leave a space after the @."
    ),
    "mention_ambiguous": lazy_gettext("“%(name)s” can be %(people)s. Please write the staff number after the @."),
    "mention_gone": lazy_gettext("%(people)s no longer works here, so a message would reach nobody."),
    "mention_no_reader": lazy_gettext(
        "%(people)s cannot read this proposal. Nothing was sent yet: please take the name out."
    ),
    "mention_no_judge": lazy_gettext(
        "%(people)s cannot read these notes; they are for those who judge it and the coordinator. "
        "Nothing was sent yet: please take the name out."
    ),
    "too_many_rounds": lazy_gettext("The author has been asked %(limit)s times. Please decide with what is there."),
    # Rubrics
    "name_in_both_languages": lazy_gettext("Give a name in both languages."),
    "rubric_empty": lazy_gettext("A rubric needs one criterion at least."),
    "rubric_name_taken": lazy_gettext("There is a rubric of this name already."),
    "weights_not_whole": lazy_gettext("The weights must make 100; now they make %(total)s."),
    "too_many_criteria": lazy_gettext("At most %(limit)s criteria; nobody could score more with care."),
    "criterion_twice": lazy_gettext("Two criteria have this name. Please change one."),
    "weight_out_of_range": lazy_gettext("A weight is more than 0 and at most %(limit)s, with two decimals or fewer."),
    "scale_does_not_rise": lazy_gettext("The highest score must be above the lowest, and at most %(limit)s."),
    "level_off_the_scale": lazy_gettext("Each level begins at a score from %(lowest)s to %(highest)s."),
    "levels_do_not_rise": lazy_gettext("Start each level at a higher score than the one before."),
    "level_in_both_languages": lazy_gettext("Say each level in both languages, beginning at the same scores."),
    "too_many_levels": lazy_gettext("%(limit)s levels are the most."),
    "rubric_unknown": lazy_gettext("Please choose a rubric from the list."),
    "rubric_is_default": lazy_gettext("All else is scored by this one. Choose another for that first."),
    # Deciding
    "verdict_missing": lazy_gettext("Choose what you decide."),
    "reason_missing": lazy_gettext("Give the reason, so that the author understands."),
    "reason_code_missing": lazy_gettext("Choose the reason that fits best."),
    "reason_code_unknown": lazy_gettext("This reason is not on the list for this answer. Please choose another."),
    "remedy_missing": lazy_gettext("Say what the author can do so that it can be taken."),
    "occasion_unknown": lazy_gettext("This occasion is no longer on the list. Please choose another."),
    "occasion_elsewhere": lazy_gettext("That happens in another part of the firm. Please choose another."),
    "glossary_one_word": lazy_gettext("A row needs two different words at least."),
    "glossary_too_many": lazy_gettext("A row holds %(limit)s words at most; please make two of it."),
    "glossary_too_long": lazy_gettext("“%(word)s…” is too long for a word: %(limit)s characters at most."),
    "glossary_row_there": lazy_gettext("There is a row of just these words already."),
    "occasion_name_taken": lazy_gettext("There is one of this name already."),
    "unit_not_yours": lazy_gettext("Please choose a unit that you coordinate."),
    "reason_in_use": lazy_gettext(
        "A decision names this reason, so it stays. Retire it, and it is not offered any more."
    ),
    "reason_name_taken": lazy_gettext("This answer has a reason of that name already."),
    "occasion_waited_for": lazy_gettext(
        "Proposals still wait for it: %(count)s. Name a day on which they are looked at again, then switch it off."
    ),
    "trial_end_missing": lazy_gettext("Say until when it is tried, so that nobody forgets to look at it."),
    "wake_up_missing": lazy_gettext("Say when to look at it again: a day, or what must have happened."),
    "day_missing": lazy_gettext("Choose a day."),
    "ends_before_it_begins": lazy_gettext("The last day lies before the first."),
    "absence_too_long": lazy_gettext(
        "That is longer than %(days)s days. Your studio should choose somebody else then."
    ),
    "deputy_is_oneself": lazy_gettext("You cannot stand in for yourself. Write a colleague's number, or nobody's."),
    "date_in_the_past": lazy_gettext("This day is over. Please choose a later one."),
    "prepared_exists": lazy_gettext("A decision on it is prepared already. Publish, change or drop that one first."),
    "prepared_gone": lazy_gettext("Somebody has published or dropped it already."),
    "prepared_changed": lazy_gettext("What is prepared was changed since you opened the page. Please read it again."),
    "proposal_changed": lazy_gettext("The proposal has changed since this was prepared. Please look at it again."),
    "period_too_long": lazy_gettext("Please take at most %(limit)s days at a time."),
    "no_reviews_found": lazy_gettext("There are no reviews of this studio in this time that you may read."),
    "none_chosen": lazy_gettext("Tick at least one proposal."),
    "too_many_chosen": lazy_gettext("Please take %(limit)s at a time; now there are %(count)s."),
    "original_missing": lazy_gettext("Give the number of the proposal that was there first."),
    "original_unknown": lazy_gettext("There is no proposal %(number)s that you can read."),
    "original_is_itself": lazy_gettext("A proposal cannot repeat itself. Give the number of the other one."),
    "original_in_circle": lazy_gettext("%(number)s is itself marked as a repeat of this one."),
    "others_repeat_it": lazy_gettext(
        "Others filed the same and were told to look here, so it cannot be taken back. Talk to the lead of the studio."
    ),
    "original_withdrawn": lazy_gettext("%(number)s was taken back by its author, so there is nothing to repeat."),
    "original_settled": lazy_gettext(
        "%(number)s is done and checked; its shares are settled. You can only mark this one as a repeat."
    ),
    "original_elsewhere": lazy_gettext(
        "Shares in %(number)s are given by the lead of its studio or the coordinator, if they have no part in it. "
        "Hand this one to them, or only mark it as a repeat."
    ),
    "repeat_is_secret": lazy_gettext(
        "This one is confidential and %(number)s is not. Merging would give it away; you can only mark it as a repeat."
    ),
    "sharers_hidden": lazy_gettext(
        "The names of one of the two are hidden, so nobody can agree on shares. It can only be marked as a repeat."
    ),
    "author_judges_original": lazy_gettext(
        "An author of this one has judged %(number)s, or is to judge it, and so cannot share in it. "
        "You can only mark this one as a repeat."
    ),
    "too_many_sharers": lazy_gettext("Together they are more than 100 people; a share is at least one per cent."),
    "sharers_changed": lazy_gettext("The people who share have changed since you opened the page. Please look again."),
    "merged_on": lazy_gettext(
        "%(number)s itself was found to repeat another one since. That has to be taken back first."
    ),
    "shares_changed_since": lazy_gettext(
        "The shares in %(number)s have been changed since, so they cannot simply go back. "
        "Take back the later merge first, or ask the coordinator."
    ),
    "appealed_before": lazy_gettext("Another look can be asked for once, and it was."),
    "appeal_too_late": lazy_gettext("Another look can be asked for within %(days)s days of the answer."),
    # Second opinions and the workers' congress
    "opinion_asked_before": lazy_gettext("A second opinion can be asked for once, and it was."),
    "opinion_too_late": lazy_gettext("A second opinion can be asked for within %(days)s days of the answer."),
    "opinion_missing": lazy_gettext("Write what you think of it; a few words will do."),
    "studio_missing": lazy_gettext("No studio fits by itself. Please choose one."),
    "studio_decides": lazy_gettext("This studio decides on it. A second opinion has to come from another."),
    "studio_declined": lazy_gettext("This studio has said that it gives no opinion. Please choose another."),
    "studio_not_free": lazy_gettext(
        "Everybody who judges in this studio wrote it, is of the deciding studio or of the author's own team. "
        "Please choose another."
    ),
    "studio_advises": lazy_gettext(
        "This studio owes a second opinion on it and cannot decide meanwhile. It has to answer or decline first."
    ),
    "referred_already": lazy_gettext("It is with the workers' congress already; its answer is not there yet."),
    "congress_answer_missing": lazy_gettext("Choose what the congress said."),
    "congress_words_missing": lazy_gettext("Write what the congress said, in its own words if you can."),
    "date_in_the_future": lazy_gettext("This day has not come yet. Please write the day of the session."),
    # The clock
    "calendar_name_missing": lazy_gettext("Give the calendar a name, such as “Rolling mill, shift A”."),
    "hours_unreadable": lazy_gettext("Write the hours as 08:00-12:00 13:00-17:00; leave a day of rest empty."),
    "hours_missing": lazy_gettext("Somebody has to work on some day: write the hours of one at least."),
    "hours_overlap": lazy_gettext("Some hours would be worked twice. A night must end before any morning begins."),
    "calendar_in_use": lazy_gettext("Units still work by this calendar. Give them another one first."),
    "day_is_over": lazy_gettext("This day is over; what was counted by it stays. Please choose a later one."),
    "day_too_far": lazy_gettext("Please choose a day within the next %(years)s years."),
    "day_entered": lazy_gettext("%(day)s is entered for this unit already. Remove it first if it is wrong."),
    "hours_out_of_range": lazy_gettext("Write a whole number of working hours from 1 to %(most)s."),
    "days_out_of_range": lazy_gettext("Write a whole number of working days from 1 to %(most)s."),
    "latest_too_early": lazy_gettext("The latest moment cannot come before the first answer is due."),
    "rule_exists": lazy_gettext("There is a rule for exactly this already. Remove it first to change it."),
    # Routing rules
    "priority_out_of_range": lazy_gettext("Write a whole number from 0 to %(most)s."),
    "unit_unknown": lazy_gettext("There is no unit %(code)s any more. Take its tick off, or choose another."),
    "units_too_many": lazy_gettext("A rule may name %(most)s units. Choose the one above them instead."),
    "word_too_short": lazy_gettext(
        "“%(word)s” is a single character and stands in every second text. Use two or more."
    ),
    "word_too_long": lazy_gettext("“%(word)s” is too long for a word: %(most)s characters at most."),
    "words_too_many": lazy_gettext("These are %(count)s words; %(most)s may stand in one rule."),
    "rule_asks_nothing": lazy_gettext(
        "Name a unit, kind, aim or word at least: a rule for everything would say nothing."
    ),
    "rule_said_already": lazy_gettext(
        "There is a rule for exactly this already, or a draft, at %(priority)s in the order. Change that one."
    ),
    "studio_takes_none": lazy_gettext("%(code)s takes no proposals at present. Change the draft first."),
    "stand_in_is_itself": lazy_gettext("A studio cannot stand in for itself."),
    "stand_in_circle": lazy_gettext("The work would go round in a circle: %(path)s. Choose another one."),
    "percent_out_of_range": lazy_gettext("Write a whole number from %(least)s to %(most)s."),
    "capacity_missing": lazy_gettext("Nobody has said yet how much this studio can take a month, so it is never full."),
    # The team
    "not_done_yet": lazy_gettext("The author did not say that it is done already. Approve it without that tick."),
    # Doing
    "owner_missing": lazy_gettext("Say who does it."),
    "benefit_not_a_number": lazy_gettext("Please write the confirmed benefit in yuan, 0 or more."),
    # Machines
    "machine_code_missing": lazy_gettext("Give the code that stands on the plate."),
    "machine_there": lazy_gettext("%(code)s is on the list already."),
    "machine_name_missing": lazy_gettext("Give it a name in Chinese."),
    "machine_unknown": lazy_gettext("No machine or place has the code “%(code)s”."),
    "machine_within_itself": lazy_gettext("It would stand in itself. Choose another one."),
    "machine_in_use": lazy_gettext("Proposals or other machines point at it. Say since when it is out of use instead."),
    # Digest
    "month_not_over": lazy_gettext("This month is not over yet; its digest comes when it is."),
    "issue_gone": lazy_gettext("It is on its way to people already, so it stays as it is. Nothing you typed is lost."),
    "issue_held": lazy_gettext("This issue is held back. Let it go first, on the page of the digest."),
    "day_not_in_every_month": lazy_gettext("Choose a day from 1 to %(last)s: those are in every month."),
    "hour_unknown": lazy_gettext("Choose an hour from the list."),
    # Saved searches
    "search_name_missing": lazy_gettext("Give the search a name."),
    "search_name_taken": lazy_gettext("Another search of yours has this name. Please choose a different one."),
    "searches_too_many": lazy_gettext("You keep %(most)s searches already. Remove one that you no longer need."),
    # Accounts
    "password_wrong": lazy_gettext("This is not your present password."),
    "password_short": lazy_gettext("Please use %(least)s characters or more."),
    "password_too_long": lazy_gettext("Please use %(most)s characters or fewer."),
    "password_is_number": lazy_gettext("Do not use your staff number: everybody knows it."),
    "password_only_digits": lazy_gettext("Digits alone are easy to guess. Add some letters, or use 12 digits."),
    "password_same": lazy_gettext("Please choose another one than before."),
    "employee_no_missing": lazy_gettext("Please give the staff number."),
    "employee_no_taken": lazy_gettext("The staff number %(number)s belongs to somebody already."),
    "name_missing": lazy_gettext("Please give the name."),
    "last_administrator": lazy_gettext("There must be one administrator left. Make somebody else one first."),
    "token_name_missing": lazy_gettext("Say what the token is for, such as “MES line 3”."),
    "token_days": lazy_gettext("A token lives for 1 to %(most)s days."),
    "token_many": lazy_gettext("%(limit)s tokens are the most. Revoke one that nobody uses any more."),
    # Terminals and paper
    "kiosk_name_missing": lazy_gettext("Say where it stands, such as “Assembly hall, by the door”."),
    "kiosk_code_wrong": lazy_gettext("This code opens nothing. Have another one made; it holds for half an hour."),
    "pin_digits": lazy_gettext("A PIN has %(least)s to %(most)s digits."),
    "pin_easy": lazy_gettext("Everybody would try this one first. Take digits that only you think of."),
    "pin_after_password": lazy_gettext("Choose a password of your own first; the PIN comes after it."),
    "badge_taken": lazy_gettext("This is somebody else’s badge or staff number."),
    "sheets_wrong": lazy_gettext("From 1 to %(most)s sheets at a time."),
    "written_on_missing": lazy_gettext("Write the day that stands on the sheet."),
    "written_on_wrong": lazy_gettext("The day on the sheet is in the past, a year at most. Please look again."),
    "paper_missing": lazy_gettext("Take a photo of the sheet, or choose the scan: it stays as the original."),
    "paper_not_readable": lazy_gettext("The original is a photo or a PDF."),
    "locale_unknown": lazy_gettext("Please choose Chinese or English."),
    "theme_of_pages_unknown": lazy_gettext("Please choose light, dark or automatic."),
}

NOT_ALLOWED = {
    "not_allowed": lazy_gettext("This is for others to do. If you think it is yours, ask the coordinator."),
    "own_team": lazy_gettext(
        "It comes from your own team and a larger reward depends on it, so somebody else of the studio judges it."
    ),
    "conflict_of_interest": lazy_gettext(
        "You have a conflict of interest here, so you cannot judge this one. Somebody else of the studio will."
    ),
    "own_studio": lazy_gettext("You are of the studio that decides on it. A second opinion comes from somebody else."),
    "somebody_elses_words": lazy_gettext("Somebody else wrote this. It waits until that person signs in here."),
    "not_at_a_kiosk": lazy_gettext(
        "This is not for a shared terminal. Do it on a computer or phone where nobody looks over your shoulder."
    ),
    "own_proposal": lazy_gettext("Nobody judges his own. Somebody else of the studio will look at it."),
}


class _Forgiving(dict[str, object]):
    """Fills a placeholder that nobody gave a value with a dash: a sentence with a gap beats none."""

    def __missing__(self, key: str) -> str:
        return "—"


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong as a sentence for the person who filled in the form."""
    sentence = PROBLEMS.get(problem.code)
    if sentence is None:
        return str(lazy_gettext("Please look at this again."))
    return str(sentence) % _Forgiving(_said(problem.params))


def not_allowed_sentence(code: str) -> str:
    """Return why somebody may not do what he tried."""
    return str(NOT_ALLOWED.get(code, NOT_ALLOWED["not_allowed"]))


def refusal_sentence(refusal: DomainError) -> str:
    """Return why one of several could not be done, for the report on all of them."""
    if isinstance(refusal, InvalidInput):
        return problem_sentence(refusal.problems[0])
    if isinstance(refusal, NotAllowed):
        return not_allowed_sentence(refusal.code)
    if isinstance(refusal, NotFound):
        return str(lazy_gettext("There is no such proposal, or it is not for you to read."))
    return str(lazy_gettext("Somebody was quicker: it is no longer as you saw it."))


def _said(params: Mapping[str, Any]) -> dict[str, object]:
    said = {name: value for name, value in params.items() if value is not None}
    if "people" in said:
        said["people"] = joined([_told_apart(person) for person in said["people"]])
    return said


def _told_apart(person: Mapping[str, Any]) -> str:
    """Return a person with what tells him from others of his name."""
    facts = {"name": name_of(person), "number": person["number"], "unit": name_of(person["unit"])}
    return str(lazy_gettext("%(name)s %(number)s (%(unit)s)")) % facts
