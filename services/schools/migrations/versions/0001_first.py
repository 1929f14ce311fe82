"""The schema as it was first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('audit_heads',
        sa.Column('chain', sa.SmallInteger(), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('mac', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('chain'),
        schema='schools',
    )
    op.create_table('audit_log',
        sa.Column('chain', sa.SmallInteger(), nullable=False),
        sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('actor_role', sa.String(length=32), nullable=False),
        sa.Column('action', sa.String(length=64), nullable=False),
        sa.Column('object_type', sa.String(length=64), nullable=True),
        sa.Column('object_id', sa.Uuid(), nullable=True),
        sa.Column('student_key', sa.Uuid(), nullable=True),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('purpose', sa.String(length=64), nullable=True),
        sa.Column('fields', sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column('outcome', sa.String(length=64), nullable=False),
        sa.Column('request_id', sa.String(length=64), nullable=True),
        sa.Column('break_glass_id', sa.Uuid(), nullable=True),
        sa.Column('prev_mac', sa.LargeBinary(), nullable=False),
        sa.Column('mac', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('chain', 'seq'),
        schema='schools',
    )
    op.create_index('audit_log_actor', 'audit_log', ['actor_key', 'at'], unique=False, schema='schools')
    op.create_index('audit_log_school', 'audit_log', ['school_id'], unique=False, schema='schools')
    op.create_index('audit_log_student', 'audit_log', ['student_key', 'at'], unique=False, schema='schools', postgresql_where=sa.text('student_key IS NOT NULL'))
    op.create_table('calendars',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('days', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('last_day', sa.Date(), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('school_id', 'year', name='calendars_year'),
        schema='schools',
    )
    op.create_table('consents',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('guardian', 'student_assent', 'minor_self', 'eligible_student', name='consentkind', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('status', sa.Enum('requested', 'granted', 'refused', 'not_required', 'withdrawn', 'expired', name='consentstatus', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('basis_code', sa.String(length=64), nullable=True),
        sa.Column('method', sa.Enum('paper', 'electronic', 'spoken', name='consentmethod', native_enum=False, length=32, schema='schools'), nullable=True),
        sa.Column('expires_on', sa.Date(), nullable=True),
        sa.Column('recorded_by', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('student_key', 'program_id', 'kind', name='consents_one'),
        schema='schools'
    )
    op.create_index('consents_school', 'consents', ['school_id', 'id'], unique=False, schema='schools')
    op.create_table('districts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('nces_leaid', sa.String(length=7), nullable=True),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('lead_key', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='schools'
    )
    op.create_table('idempotency',
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Uuid(), nullable=False),
        sa.Column('route', sa.String(length=64), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('response', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('actor_key', 'key'),
        schema='schools',
    )
    op.create_table('imports',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('kind', sa.Enum('schools', 'roster', name='importkind', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('strict', sa.Boolean(), nullable=False),
        sa.Column('size_bytes', sa.Integer(), nullable=False),
        sa.Column('started_by', sa.Uuid(), nullable=False),
        sa.Column('status', sa.Enum('receiving', 'reading', 'previewed', 'rejected', 'applying', 'applied', 'failed', name='importstatus', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('chunks', sa.Integer(), nullable=False),
        sa.Column('received_bytes', sa.Integer(), nullable=False),
        sa.Column('progress', sa.Float(), nullable=False),
        sa.Column('result', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('confirmed', sa.Boolean(), nullable=False),
        sa.Column('problem', sa.String(length=64), nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='schools'
    )
    op.create_index('imports_waiting', 'imports', ['updated_at'], unique=False, schema='schools', postgresql_where=sa.text("status IN ('applying', 'reading')"))
    op.create_table('inbox',
        sa.Column('consumer', sa.String(length=128), nullable=False),
        sa.Column('message_id', sa.Uuid(), nullable=False),
        sa.Column('type', sa.String(length=128), nullable=True),
        sa.Column('lane', sa.String(length=8), nullable=True),
        sa.Column('aggregateid', sa.Uuid(), nullable=True),
        sa.Column('version', sa.BigInteger(), nullable=True),
        sa.Column('schoolid', sa.Uuid(), nullable=True),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('detail', sa.String(length=128), nullable=True),
        sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('payload', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column('raw', sa.LargeBinary(), nullable=True),
        sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('redelivered', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('redriven_by', sa.Uuid(), nullable=True),
        sa.Column('redriven_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('consumer', 'message_id'),
        schema='schools',
    )
    op.create_index('inbox_due', 'inbox', ['next_attempt_at'], unique=False, schema='schools', postgresql_where=sa.text("state IN ('new', 'retry')"))
    op.create_index('inbox_parked', 'inbox', ['lane'], unique=False, schema='schools', postgresql_where=sa.text("state = 'parked'"))
    op.create_table('orgs',
        sa.Column('source', sa.String(length=64), nullable=False),
        sa.Column('sourced_id', sa.String(length=255), nullable=False),
        sa.Column('of_school', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('source', 'sourced_id'),
        schema='schools'
    )
    op.create_table('outbox',
        sa.Column('seq', sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('aggregatetype', sa.String(length=64), nullable=False),
        sa.Column('aggregateid', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('type', sa.String(length=64), nullable=False),
        sa.Column('lane', sa.SmallInteger(), nullable=False),
        sa.Column('schoolid', sa.Uuid(), nullable=True),
        sa.Column('payload', sa.Text(), nullable=False),
        sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('next_attempt_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('last_error', sa.String(length=64), nullable=True),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('seq'),
        sa.UniqueConstraint('id'),
        schema='schools',
    )
    op.create_index('outbox_waiting', 'outbox', ['lane', 'seq'], unique=False, schema='schools', postgresql_where=sa.text('published_at IS NULL'))
    op.create_table('pathways',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('order', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('school_id'),
        schema='schools'
    )
    op.create_table('policies',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('district_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('effective_on', sa.Date(), nullable=False),
        sa.Column('rules', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('contacts', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('version'),
        schema='schools'
    )
    op.create_table('record_keys',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('owner_kind', sa.String(length=64), nullable=False),
        sa.Column('owner_id', sa.Uuid(), nullable=False),
        sa.Column('kek_version', sa.SmallInteger(), nullable=False),
        sa.Column('wrapped', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('shredded_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('owner_kind', 'owner_id', name='record_keys_owner'),
        schema='schools',
    )
    op.create_table('rotas',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('shifts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('gaps', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('gap_minutes', sa.Integer(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('school_id'),
        schema='schools'
    )
    op.create_table('schools',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('ncesid', sa.String(length=12), nullable=True),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('level', sa.Enum('prekindergarten', 'elementary', 'middle', 'secondary', 'high', 'ungraded', 'adult', 'other', 'not_reported', name='schoollevel', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('grade_span', sa.String(length=8), nullable=True),
        sa.Column('enrollment', sa.Integer(), nullable=True),
        sa.Column('status', sa.Enum('open', 'new', 'added', 'future', 'closed', name='schoolstatus', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('active_from', sa.Date(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('ncesid'),
        schema='schools'
    )
    op.create_index('schools_name', 'schools', [sa.literal_column('lower(name)'), 'id'], unique=False, schema='schools')
    op.create_table('staff',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('credentials', sa.ARRAY(sa.String(length=64), as_tuple=True), nullable=False),
        sa.Column('assignments', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='schools'
    )
    op.create_table('students',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('school_ids', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('source', sa.String(length=64), nullable=False),
        sa.Column('sis_index', sa.LargeBinary(), nullable=False),
        sa.Column('fingerprint', sa.LargeBinary(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('grade', sa.String(length=16), nullable=True),
        sa.Column('grade_band', sa.Enum('elementary', 'middle', 'high', 'other', name='gradeband', native_enum=False, length=32, schema='schools'), nullable=False),
        sa.Column('language', sa.String(length=16), nullable=True),
        sa.Column('subgroup_codes', sa.ARRAY(sa.String(length=64), as_tuple=True), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('batch_id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('sis_index'),
        schema='schools'
    )
    op.create_index('students_school', 'students', ['school_id', 'active'], unique=False, schema='schools')
    op.create_table('timers',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='schools',
    )
    op.create_table('import_chunks',
        sa.Column('import_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['import_id'], ['schools.imports.id'], ),
        sa.PrimaryKeyConstraint('import_id', 'number'),
        schema='schools'
    )


def downgrade() -> None:
    op.drop_table('import_chunks', schema='schools')
    op.drop_table('timers', schema='schools')
    op.drop_table('students', schema='schools')
    op.drop_table('staff', schema='schools')
    op.drop_table('schools', schema='schools')
    op.drop_table('rotas', schema='schools')
    op.drop_table('record_keys', schema='schools')
    op.drop_table('policies', schema='schools')
    op.drop_table('pathways', schema='schools')
    op.drop_table('outbox', schema='schools')
    op.drop_table('orgs', schema='schools')
    op.drop_table('inbox', schema='schools')
    op.drop_table('imports', schema='schools')
    op.drop_table('idempotency', schema='schools')
    op.drop_table('districts', schema='schools')
    op.drop_table('consents', schema='schools')
    op.drop_table('calendars', schema='schools')
    op.drop_table('audit_log', schema='schools')
    op.drop_table('audit_heads', schema='schools')
