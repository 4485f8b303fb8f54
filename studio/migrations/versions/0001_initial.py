"""All tables of the first version.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("hint_zh", sa.Text(), nullable=False),
        sa.Column("hint_en", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_criteria_weight_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("code", name=op.f("uq_criteria_code")),
    )
    op.create_table(
        "digest_issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_issues")),
        sa.UniqueConstraint("month", name=op.f("uq_digest_issues_month")),
    )
    op.create_table(
        "job_leases",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_leases")),
    )
    op.create_table(
        "kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("gloss_zh", sa.Text(), nullable=False),
        sa.Column("gloss_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kinds")),
        sa.UniqueConstraint("code", name=op.f("uq_kinds_code")),
    )
    op.create_table(
        "number_sequences",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_number_sequences_last_not_negative")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_number_sequences")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_no", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index("ix_sign_in_attempts_address_at", "sign_in_attempts", ["address", "at"], unique=False)
    op.create_index("ix_sign_in_attempts_employee_no_at", "sign_in_attempts", ["employee_no", "at"], unique=False)
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("code", name=op.f("uq_themes_code")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "company",
                "plant",
                "workshop",
                "team",
                name="unitlevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_units_headcount_not_negative")),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_units_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"], unique=False)
    op.create_index(op.f("ix_units_path"), "units", ["path"], unique=False)
    op.create_table(
        "worker_heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_heartbeats")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("job_zh", sa.Text(), nullable=False),
        sa.Column("job_en", sa.Text(), nullable=False),
        sa.Column("skill_level", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column(
            "gender",
            sa.Enum("m", "f", name="gender", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("session_stamp", sa.Text(), nullable=False),
        sa.CheckConstraint("trim(employee_no) <> ''", name=op.f("ck_people_employee_no_not_blank")),
        sa.CheckConstraint("trim(name) <> ''", name=op.f("ck_people_name_not_blank")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_people_unit_id_units"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("employee_no", name=op.f("uq_people_employee_no")),
    )
    op.create_index(op.f("ix_people_unit_id"), "people", ["unit_id"], unique=False)
    op.create_table(
        "studios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "model_worker_craftsman",
                "skill_master",
                "employee",
                "youth_pioneer",
                name="studiokind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "national",
                "provincial",
                "municipal",
                "enterprise",
                name="studiolevel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("specialities", JSON, nullable=False),
        sa.Column("intro_zh", sa.Text(), nullable=False),
        sa.Column("intro_en", sa.Text(), nullable=False),
        sa.Column("capacity_per_month", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "capacity_per_month IS NULL OR capacity_per_month > 0", name=op.f("ck_studios_capacity_positive")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_studios_unit_id_units"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studios")),
        sa.UniqueConstraint("code", name=op.f("uq_studios_code")),
    )
    op.create_index(op.f("ix_studios_unit_id"), "studios", ["unit_id"], unique=False)
    op.create_table(
        "person_groups",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_groups_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_person_groups")),
    )
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("digest_by_mail", sa.Boolean(), nullable=False),
        sa.Column("notices_by_mail", sa.Boolean(), nullable=False),
        sa.CheckConstraint("locale IS NULL OR locale IN ('zh_CN', 'en')", name=op.f("ck_preferences_known_locale")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_preferences_known_theme")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_preferences_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("legacy_key", sa.Text(), nullable=True),
        sa.Column("filing_key", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "information_requested",
                "accepted",
                "trial",
                "deferred",
                "declined",
                "inadmissible",
                "duplicate",
                "withdrawn",
                "in_implementation",
                "implemented",
                "verified",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("indexed_revision", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("prospects", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("already_done", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("claimed_benefit", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("checked_benefit", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("submitter_id", sa.Integer(), nullable=True),
        sa.Column("submitter_text", sa.Text(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("studio_id", sa.Integer(), nullable=True),
        sa.Column("studio_text", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("implemented_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("implemented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_up_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'duplicate') = (duplicate_of_id IS NOT NULL)", name=op.f("ck_proposals_duplicate_has_original")
        ),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_at IS NOT NULL)", name=op.f("ck_proposals_verified_has_time")
        ),
        sa.CheckConstraint(
            "state <> 'draft' OR submitted_at IS NULL", name=op.f("ck_proposals_draft_is_not_submitted")
        ),
        sa.CheckConstraint(
            "state <> 'draft' OR submitter_id IS NOT NULL", name=op.f("ck_proposals_draft_has_submitter")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'under_review', 'information_requested', 'withdrawn') OR decided_at IS NOT NULL",
            name=op.f("ck_proposals_decision_has_time"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (trim(title) <> '' AND (trim(problem) <> '' OR trim(measure) <> ''))",
            name=op.f("ck_proposals_submitted_has_text"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name=op.f("ck_proposals_submitted_has_time")
        ),
        sa.CheckConstraint(
            "state NOT IN ('implemented', 'verified') OR implemented_at IS NOT NULL",
            name=op.f("ck_proposals_implemented_has_time"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('under_review', 'information_requested') OR studio_id IS NOT NULL",
            name=op.f("ck_proposals_review_has_studio"),
        ),
        sa.CheckConstraint(
            "submitter_id IS NOT NULL OR submitter_text <> '' OR legacy_key IS NOT NULL",
            name=op.f("ck_proposals_has_a_submitter"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (submitted_at IS NULL)", name=op.f("ck_proposals_number_once_submitted")
        ),
        sa.CheckConstraint(
            "claimed_benefit >= 0 AND cost >= 0 AND checked_benefit >= 0", name=op.f("ck_proposals_money_not_negative")
        ),
        sa.CheckConstraint(
            "duplicate_of_id IS NULL OR duplicate_of_id <> id", name=op.f("ck_proposals_not_its_own_duplicate")
        ),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> implemented_by_id",
            name=op.f("ck_proposals_verified_by_another"),
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["proposals.id"],
            name=op.f("fk_proposals_duplicate_of_id_proposals"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["people.id"], name=op.f("fk_proposals_filed_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["implemented_by_id"],
            ["people.id"],
            name=op.f("fk_proposals_implemented_by_id_people"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["kinds.id"], name=op.f("fk_proposals_kind_id_kinds"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["people.id"], name=op.f("fk_proposals_reviewer_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_proposals_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["submitter_id"], ["people.id"], name=op.f("fk_proposals_submitter_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_proposals_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["people.id"], name=op.f("fk_proposals_verified_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("filing_key", name=op.f("uq_proposals_filing_key")),
        sa.UniqueConstraint("legacy_key", name=op.f("uq_proposals_legacy_key")),
        sa.UniqueConstraint("number", name=op.f("uq_proposals_number")),
    )
    op.create_index(op.f("ix_proposals_decided_at"), "proposals", ["decided_at"], unique=False)
    op.create_index(op.f("ix_proposals_duplicate_of_id"), "proposals", ["duplicate_of_id"], unique=False)
    op.create_index(op.f("ix_proposals_filed_by_id"), "proposals", ["filed_by_id"], unique=False)
    op.create_index(op.f("ix_proposals_implemented_at"), "proposals", ["implemented_at"], unique=False)
    op.create_index(op.f("ix_proposals_kind_id"), "proposals", ["kind_id"], unique=False)
    op.create_index("ix_proposals_reviewer_id_state", "proposals", ["reviewer_id", "state"], unique=False)
    op.create_index(
        "ix_proposals_stale",
        "proposals",
        ["id"],
        unique=False,
        sqlite_where=sa.text("indexed_revision IS NULL OR indexed_revision <> revision"),
        postgresql_where=sa.text("indexed_revision IS NULL OR indexed_revision <> revision"),
    )
    op.create_index("ix_proposals_state_submitted_at", "proposals", ["state", "submitted_at"], unique=False)
    op.create_index("ix_proposals_studio_id_state", "proposals", ["studio_id", "state"], unique=False)
    op.create_index(op.f("ix_proposals_submitted_at"), "proposals", ["submitted_at"], unique=False)
    op.create_index(op.f("ix_proposals_submitter_id"), "proposals", ["submitter_id"], unique=False)
    op.create_index(op.f("ix_proposals_unit_id"), "proposals", ["unit_id"], unique=False)
    op.create_index(op.f("ix_proposals_wake_up_on"), "proposals", ["wake_up_on"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "team_leader",
                "coordinator",
                "finance_checker",
                "safety_officer",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_role_grants_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("person_id", "role", "unit_id", name=op.f("uq_role_grants_person_id_role_unit_id")),
    )
    op.create_index(op.f("ix_role_grants_unit_id"), "role_grants", ["unit_id"], unique=False)
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("unit_codes", JSON, nullable=False),
        sa.Column("kind_codes", JSON, nullable=False),
        sa.Column("theme_codes", JSON, nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_routing_rules_studio_id_studios"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )
    op.create_index(op.f("ix_routing_rules_priority"), "routing_rules", ["priority"], unique=False)
    op.create_index(op.f("ix_routing_rules_studio_id"), "routing_rules", ["studio_id"], unique=False)
    op.create_table(
        "studio_memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead", "reviewer", "member", name="studiorole", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_studio_memberships_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_studio_memberships_studio_id_studios"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_memberships")),
        sa.UniqueConstraint("studio_id", "person_id", name=op.f("uq_studio_memberships_studio_id_person_id")),
    )
    op.create_index(op.f("ix_studio_memberships_person_id"), "studio_memberships", ["person_id"], unique=False)
    op.create_index(
        "uq_studio_memberships_lead",
        "studio_memberships",
        ["studio_id"],
        unique=True,
        sqlite_where=sa.text("role = 'lead'"),
        postgresql_where=sa.text("role = 'lead'"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", JSON, nullable=False),
        sa.Column("runners_up", JSON, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= assigned_at", name=op.f("ck_assignments_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["people.id"], name=op.f("fk_assignments_assigned_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_assignments_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_assignments_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_proposal_id"), "assignments", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_assignments_studio_id"), "assignments", ["studio_id"], unique=False)
    op.create_index(
        "uq_assignments_current",
        "assignments",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "before",
                "after",
                "document",
                "recording",
                name="attachmentrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("thumbnail_sha256", sa.Text(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_attachments_sha256_is_hex")),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_attachments_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_attachments_uploaded_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("proposal_id", "sha256", "role", name=op.f("uq_attachments_proposal_id_sha256_role")),
    )
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("comment", "note", name="commentvisibility", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(body) <> ''", name=op.f("ck_comments_body_not_blank")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_comments_author_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_comments_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_author_id"), "comments", ["author_id"], unique=False)
    op.create_index(op.f("ix_comments_proposal_id"), "comments", ["proposal_id"], unique=False)
    op.create_table(
        "contributors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name_text", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR trim(name_text) <> ''", name=op.f("ck_contributors_somebody")),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_contributors_share_is_percent")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contributors_person_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_contributors_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributors")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_contributors_proposal_id_person_id")),
    )
    op.create_index(op.f("ix_contributors_person_id"), "contributors", ["person_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "trial",
                "deferred",
                "declined",
                "inadmissible",
                "duplicate",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_up_on", sa.Date(), nullable=True),
        sa.Column("wake_up_when", sa.Text(), nullable=False),
        sa.Column("trial_ends_on", sa.Date(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'duplicate') = (duplicate_of_id IS NOT NULL)", name=op.f("ck_decisions_duplicate_has_original")
        ),
        sa.CheckConstraint(
            "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR trim(wake_up_when) <> ''",
            name=op.f("ck_decisions_deferred_has_wake_up"),
        ),
        sa.CheckConstraint(
            "outcome = 'accepted' OR trim(reason) <> ''", name=op.f("ck_decisions_reason_unless_accepted")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_decisions_decided_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["proposals.id"],
            name=op.f("fk_decisions_duplicate_of_id_proposals"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_decisions_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_decided_by_id"), "decisions", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_decisions_proposal_id"), "decisions", ["proposal_id"], unique=False)
    op.create_index(
        "uq_decisions_current",
        "decisions",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "submit",
                "route",
                "transfer",
                "review",
                "request_information",
                "answer_information_request",
                "accept",
                "start_trial",
                "defer",
                "decline",
                "mark_inadmissible",
                "mark_duplicate",
                "withdraw",
                "start_implementation",
                "report_implementation",
                "verify_implementation",
                "check_benefit",
                "reopen",
                "appeal",
                "wake_up",
                "comment",
                "note",
                "attach",
                "remove_attachment",
                name="verb",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "old_state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "information_requested",
                "accepted",
                "trial",
                "deferred",
                "declined",
                "inadmissible",
                "duplicate",
                "withdrawn",
                "in_implementation",
                "implemented",
                "verified",
                name="old_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "new_state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "information_requested",
                "accepted",
                "trial",
                "deferred",
                "declined",
                "inadmissible",
                "duplicate",
                "withdrawn",
                "in_implementation",
                "implemented",
                "verified",
                name="new_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_events_actor_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_events_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_actor_id"), "events", ["actor_id"], unique=False)
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_index("ix_events_proposal_id_at", "events", ["proposal_id", "at"], unique=False)
    op.create_table(
        "information_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(question) <> ''", name=op.f("ck_information_requests_question_not_blank")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_information_requests_answer_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["people.id"],
            name=op.f("fk_information_requests_answered_by_id_people"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name=op.f("fk_information_requests_asked_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_information_requests_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_requests")),
    )
    op.create_index(op.f("ix_information_requests_proposal_id"), "information_requests", ["proposal_id"], unique=False)
    op.create_index(
        "uq_information_requests_open",
        "information_requests",
        ["proposal_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "outgoing_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("once", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                name="mailstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sending') = (claimed_by IS NOT NULL)", name=op.f("ck_outgoing_mails_sending_is_claimed")
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outgoing_mails_sent_has_time")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outgoing_mails_attempts_not_negative")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_outgoing_mails_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_outgoing_mails_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_mails_message_id")),
        sa.UniqueConstraint("once", name=op.f("uq_outgoing_mails_once")),
    )
    op.create_index(op.f("ix_outgoing_mails_person_id"), "outgoing_mails", ["person_id"], unique=False)
    op.create_index(op.f("ix_outgoing_mails_proposal_id"), "outgoing_mails", ["proposal_id"], unique=False)
    op.create_index(
        "ix_outgoing_mails_state_next_attempt_at", "outgoing_mails", ["state", "next_attempt_at"], unique=False
    )
    op.create_table(
        "proposal_themes",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_themes_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_proposal_themes_theme_id_themes"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "theme_id", name=op.f("pk_proposal_themes")),
    )
    op.create_index(op.f("ix_proposal_themes_theme_id"), "proposal_themes", ["theme_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=True),
        sa.Column(
            "recommendation",
            sa.Enum(
                "accept",
                "trial",
                "defer",
                "decline",
                name="recommendation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_reviews_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["people.id"], name=op.f("fk_reviews_reviewer_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_reviews_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("proposal_id", "reviewer_id", name=op.f("uq_reviews_proposal_id_reviewer_id")),
    )
    op.create_index(op.f("ix_reviews_reviewer_id"), "reviews", ["reviewer_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["digest_issues.id"], name=op.f("fk_deliveries_issue_id_digest_issues"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mails.id"], name=op.f("fk_deliveries_mail_id_outgoing_mails"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("issue_id", "person_id", name=op.f("uq_deliveries_issue_id_person_id")),
    )
    op.create_index(op.f("ix_deliveries_mail_id"), "deliveries", ["mail_id"], unique=False)
    op.create_index(op.f("ix_deliveries_person_id"), "deliveries", ["person_id"], unique=False)
    op.create_table(
        "review_scores",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_review_scores_score_in_range")),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criteria.id"], name=op.f("fk_review_scores_criterion_id_criteria"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_scores_review_id_reviews"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("review_id", "criterion_id", name=op.f("pk_review_scores")),
    )


def downgrade() -> None:
    op.drop_table("review_scores")
    op.drop_table("deliveries")
    op.drop_table("reviews")
    op.drop_table("proposal_themes")
    op.drop_table("outgoing_mails")
    op.drop_table("information_requests")
    op.drop_table("events")
    op.drop_table("decisions")
    op.drop_table("contributors")
    op.drop_table("comments")
    op.drop_table("attachments")
    op.drop_table("assignments")
    op.drop_table("studio_memberships")
    op.drop_table("routing_rules")
    op.drop_table("role_grants")
    op.drop_table("proposals")
    op.drop_table("preferences")
    op.drop_table("person_groups")
    op.drop_table("studios")
    op.drop_table("people")
    op.drop_table("worker_heartbeats")
    op.drop_table("units")
    op.drop_table("themes")
    op.drop_table("sign_in_attempts")
    op.drop_table("number_sequences")
    op.drop_table("kinds")
    op.drop_table("job_leases")
    op.drop_table("digest_issues")
    op.drop_table("criteria")
