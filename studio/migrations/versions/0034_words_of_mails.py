"""What mails say, beside the mails: where one is on its way is written several times, its words once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
WORDS = ("text", "html", "headers")
mails = sa.table("outgoing_mails", sa.column("id"), *(sa.column(name) for name in WORDS))
words = sa.table("mail_words", sa.column("mail_id"), *(sa.column(name) for name in WORDS))


def upgrade() -> None:
    op.create_table(
        "mail_words",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mails.id"], name=op.f("fk_mail_words_mail_id_outgoing_mails"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mail_words")),
    )
    kept = sa.select(mails).where(mails.c.text != "")
    op.execute(sa.insert(words).from_select(["mail_id", *WORDS], kept))
    with op.batch_alter_table("outgoing_mails") as table:
        for name in WORDS:
            table.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mails") as table:
        table.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("html", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("headers", JSON, nullable=False, server_default="{}"))
    said = {name: sa.select(words.c[name]).where(words.c.mail_id == mails.c.id).scalar_subquery() for name in WORDS}
    op.execute(sa.update(mails).where(mails.c.id.in_(sa.select(words.c.mail_id))).values(said))
    with op.batch_alter_table("outgoing_mails") as table:
        for name in WORDS:
            table.alter_column(name, server_default=None)
    op.drop_table("mail_words")
