"""What mails say, for tests that read them."""

from models import MailWords, OutgoingMail


def words_of(mail: OutgoingMail) -> MailWords:
    """Return the words of a mail that are kept still."""
    assert mail.words is not None
    return mail.words
