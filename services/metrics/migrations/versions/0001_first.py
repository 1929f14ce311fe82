"""The schema as it was first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('activities',
        sa.Column('activity_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('headcount', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('activity_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_activities_held_on'), 'activities', ['held_on'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_activities_program_id'), 'activities', ['program_id'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_activities_school_id'), 'activities', ['school_id'], unique=False, schema='metrics')
    op.create_table('audit_heads',
        sa.Column('chain', sa.SmallInteger(), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('mac', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('chain'),
        schema='metrics',
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
        schema='metrics',
    )
    op.create_index('audit_log_actor', 'audit_log', ['actor_key', 'at'], unique=False, schema='metrics')
    op.create_index('audit_log_school', 'audit_log', ['school_id'], unique=False, schema='metrics')
    op.create_index('audit_log_student', 'audit_log', ['student_key', 'at'], unique=False, schema='metrics', postgresql_where=sa.text('student_key IS NOT NULL'))
    op.create_table('calendars',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'year'),
        schema='metrics'
    )
    op.create_table('concerns',
        sa.Column('concern_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('concern_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_concerns_school_id'), 'concerns', ['school_id'], unique=False, schema='metrics')
    op.create_table('facts',
        sa.Column('time', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('type', sa.String(length=64), nullable=False),
        sa.Column('schema_version', sa.SmallInteger(), nullable=False),
        sa.Column('subject', sa.Uuid(), nullable=True),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('body', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('time', 'id'),
        schema='metrics',
    postgresql_partition_by='RANGE (time)'
    )
    op.create_index('facts_recorded', 'facts', ['recorded_at'], unique=False, schema='metrics', postgresql_using='brin')
    op.create_index('facts_school', 'facts', ['school_id', 'time'], unique=False, schema='metrics')
    op.create_index('facts_type', 'facts', ['type', 'time'], unique=False, schema='metrics')
    op.create_table('idempotency',
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Uuid(), nullable=False),
        sa.Column('route', sa.String(length=64), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('response', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('actor_key', 'key'),
        schema='metrics',
    )
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
        schema='metrics',
    )
    op.create_index('inbox_due', 'inbox', ['next_attempt_at'], unique=False, schema='metrics', postgresql_where=sa.text("state IN ('new', 'retry')"))
    op.create_index('inbox_parked', 'inbox', ['lane'], unique=False, schema='metrics', postgresql_where=sa.text("state = 'parked'"))
    op.create_table('matches',
        sa.Column('match_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.Column('participant_keys', sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column('planned_sessions', sa.Integer(), nullable=False),
        sa.Column('planned_minutes', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('match_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_matches_program_id'), 'matches', ['program_id'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_matches_school_id'), 'matches', ['school_id'], unique=False, schema='metrics')
    op.create_table('on_call_gaps',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('gap_minutes', sa.Integer(), nullable=False),
        sa.Column('covered', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'starts_at'),
        schema='metrics'
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
        schema='metrics',
    )
    op.create_index('outbox_waiting', 'outbox', ['lane', 'seq'], unique=False, schema='metrics', postgresql_where=sa.text('published_at IS NULL'))
    op.create_table('policies',
        sa.Column('policy_version', sa.Integer(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('effective_on', sa.Date(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('n_min', sa.Integer(), nullable=False),
        sa.Column('clocks', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint('policy_version'),
        schema='metrics'
    )
    op.create_table('programs',
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('type_code', sa.String(length=64), nullable=False),
        sa.Column('tier', sa.SmallInteger(), nullable=False),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.Column('elements_in_place', sa.SmallInteger(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('program_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_programs_school_id'), 'programs', ['school_id'], unique=False, schema='metrics')
    op.create_table('ratios',
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('breached', sa.Boolean(), nullable=False),
        sa.Column('ratio', sa.Double(), nullable=True),
        sa.Column('ratio_limit', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('program_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_ratios_school_id'), 'ratios', ['school_id'], unique=False, schema='metrics')
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
        schema='metrics',
    )
    op.create_table('referral_waits',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=True),
        sa.Column('concern_id', sa.Uuid(), nullable=True),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.Column('urgency', sa.String(length=64), nullable=False),
        sa.Column('outcome_code', sa.String(length=64), nullable=True),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('acknowledge_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('contact_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('service_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('first_contact_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('first_service_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('student_key', sa.Uuid(), nullable=True),
        sa.Column('source', sa.String(length=64), nullable=True),
        sa.Column('from_tier2', sa.Boolean(), nullable=True),
        sa.Column('acknowledge_minutes', sa.Double(), nullable=True),
        sa.Column('acknowledge_met', sa.Boolean(), nullable=True),
        sa.Column('contact_minutes', sa.Double(), nullable=True),
        sa.Column('contact_met', sa.Boolean(), nullable=True),
        sa.Column('service_minutes', sa.Double(), nullable=True),
        sa.Column('service_met', sa.Boolean(), nullable=True),
        sa.Column('declined_reason', sa.String(length=64), nullable=True),
        sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('referral_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_referral_waits_school_id'), 'referral_waits', ['school_id'], unique=False, schema='metrics')
    op.create_index('referral_waits_submitted', 'referral_waits', ['submitted_at'], unique=False, schema='metrics')
    op.create_table('rosters',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('active_count', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='metrics'
    )
    op.create_table('safeguards',
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(length=64), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('failing', sa.Boolean(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('program_id', 'code'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_safeguards_school_id'), 'safeguards', ['school_id'], unique=False, schema='metrics')
    op.create_table('school_days',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('date', sa.Date(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'date'),
        schema='metrics'
    )
    op.create_table('schools',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('level', sa.String(length=64), nullable=False),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.Column('enrollment', sa.Integer(), nullable=True),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='metrics'
    )
    op.create_table('sessions',
        sa.Column('session_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('match_id', sa.Uuid(), nullable=True),
        sa.Column('tier', sa.SmallInteger(), nullable=False),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('days_to_document', sa.Integer(), nullable=True),
        sa.Column('red_flag', sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint('session_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_sessions_match_id'), 'sessions', ['match_id'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_sessions_program_id'), 'sessions', ['program_id'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_sessions_school_id'), 'sessions', ['school_id'], unique=False, schema='metrics')
    op.create_index('sessions_at', 'sessions', ['at'], unique=False, schema='metrics')
    op.create_table('snapshots',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('n_min', sa.Integer(), nullable=False),
        sa.Column('suppressed_count', sa.Integer(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='metrics'
    )
    op.create_index('snapshots_as_of', 'snapshots', [sa.literal_column('as_of DESC')], unique=False, schema='metrics')
    op.create_table('supporters',
        sa.Column('supporter_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('status', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('supporter_id'),
        schema='metrics'
    )
    op.create_index(op.f('ix_metrics_supporters_program_id'), 'supporters', ['program_id'], unique=False, schema='metrics')
    op.create_index(op.f('ix_metrics_supporters_school_id'), 'supporters', ['school_id'], unique=False, schema='metrics')
    op.create_table('timers',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='metrics',
    )


def downgrade() -> None:
    op.drop_table('timers', schema='metrics')
    op.drop_table('supporters', schema='metrics')
    op.drop_table('snapshots', schema='metrics')
    op.drop_table('sessions', schema='metrics')
    op.drop_table('schools', schema='metrics')
    op.drop_table('school_days', schema='metrics')
    op.drop_table('safeguards', schema='metrics')
    op.drop_table('rosters', schema='metrics')
    op.drop_table('referral_waits', schema='metrics')
    op.drop_table('record_keys', schema='metrics')
    op.drop_table('ratios', schema='metrics')
    op.drop_table('programs', schema='metrics')
    op.drop_table('policies', schema='metrics')
    op.drop_table('outbox', schema='metrics')
    op.drop_table('on_call_gaps', schema='metrics')
    op.drop_table('matches', schema='metrics')
    op.drop_table('inbox', schema='metrics')
    op.drop_table('idempotency', schema='metrics')
    op.drop_table('facts', schema='metrics')
    op.drop_table('concerns', schema='metrics')
    op.drop_table('calendars', schema='metrics')
    op.drop_table('audit_log', schema='metrics')
    op.drop_table('audit_heads', schema='metrics')
    op.drop_table('activities', schema='metrics')
