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
        schema='interventions',
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
        schema='interventions',
    )
    op.create_index('audit_log_actor', 'audit_log', ['actor_key', 'at'], unique=False, schema='interventions')
    op.create_index('audit_log_school', 'audit_log', ['school_id'], unique=False, schema='interventions')
    op.create_index('audit_log_student', 'audit_log', ['student_key', 'at'], unique=False, schema='interventions', postgresql_where=sa.text('student_key IS NOT NULL'))
    op.create_table('calendars',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('days', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'year'),
        schema='interventions',
    )
    op.create_table('consents',
        sa.Column('consent_id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('guardian', 'student_assent', 'minor_self', 'eligible_student', name='consentkind', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('status', sa.Enum('requested', 'granted', 'refused', 'not_required', 'withdrawn', 'expired', name='consentstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('expires_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('consent_id'),
        schema='interventions'
    )
    op.create_index('consents_program', 'consents', ['program_id', 'student_key'], unique=False, schema='interventions')
    op.create_table('idempotency',
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Uuid(), nullable=False),
        sa.Column('route', sa.String(length=64), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('response', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('actor_key', 'key'),
        schema='interventions',
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
        schema='interventions',
    )
    op.create_index('inbox_due', 'inbox', ['next_attempt_at'], unique=False, schema='interventions', postgresql_where=sa.text("state IN ('new', 'retry')"))
    op.create_index('inbox_parked', 'inbox', ['lane'], unique=False, schema='interventions', postgresql_where=sa.text("state = 'parked'"))
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
        schema='interventions',
    )
    op.create_index('outbox_waiting', 'outbox', ['lane', 'seq'], unique=False, schema='interventions', postgresql_where=sa.text('published_at IS NULL'))
    op.create_table('pathway_tests',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='interventions',
    )
    op.create_table('policies',
        sa.Column('district_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('policy', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint('district_id'),
        schema='interventions'
    )
    op.create_table('programs',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('type_code', sa.String(length=64), nullable=False),
        sa.Column('tier', sa.SmallInteger(), nullable=False),
        sa.Column('intensity', sa.Enum('A', 'B', 'C', 'D', name='intensity', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('status', sa.Enum('draft', 'submitted', 'returned', 'approved', 'active', 'paused', 'closing', 'closed', 'withdrawn', name='programstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('pilot', sa.Boolean(), nullable=False),
        sa.Column('capacity', sa.Integer(), nullable=False),
        sa.Column('languages', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('delivery_method', sa.Enum('individual', 'small_group', 'whole_class', 'whole_school', name='deliverymethod', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('modality', sa.Enum('in_person', 'online', 'phone', 'text', 'hybrid', name='modality', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('escalation_rule', sa.Boolean(), nullable=False),
        sa.Column('dosage_plan', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.Column('director_key', sa.Uuid(), nullable=True),
        sa.Column('advisor_keys', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('clinical_supervisor_key', sa.Uuid(), nullable=True),
        sa.Column('moderator_key', sa.Uuid(), nullable=True),
        sa.Column('affiliation', sa.String(length=120), nullable=False),
        sa.Column('branding', sa.String(length=120), nullable=False),
        sa.Column('elements', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('safeguards', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('signatures', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('return_comment', sa.Text(), nullable=True),
        sa.Column('reason_code', sa.String(length=64), nullable=True),
        sa.Column('ratio_breached', sa.Boolean(), nullable=False),
        sa.Column('failed', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_programs_school_id'), 'programs', ['school_id'], unique=False, schema='interventions')
    op.create_index('programs_status', 'programs', ['status'], unique=False, schema='interventions')
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
        schema='interventions',
    )
    op.create_table('referrals',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=True),
        sa.Column('program_id', sa.Uuid(), nullable=True),
        sa.Column('status', sa.Enum('submitted', 'triaged', 'acknowledged', 'accepted', 'in_progress', 'on_hold', 'declined', 'closed', name='referralstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('urgency', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('owner_key', sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint('referral_id'),
        schema='interventions'
    )
    op.create_index('referrals_program', 'referrals', ['program_id'], unique=False, schema='interventions')
    op.create_index('referrals_student', 'referrals', ['student_key'], unique=False, schema='interventions')
    op.create_table('rotas',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('shifts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='interventions',
    )
    op.create_table('schools',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('status', sa.Enum('open', 'new', 'added', 'future', 'closed', name='schoolstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='interventions',
    )
    op.create_table('staff',
        sa.Column('staff_key', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('assignments', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('staff_key'),
        schema='interventions'
    )
    op.create_table('students',
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('home_school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('school_ids', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('grade_band', sa.Enum('elementary', 'middle', 'high', 'other', name='gradeband', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('language', sa.String(length=64), nullable=True),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('student_key'),
        schema='interventions'
    )
    op.create_table('timers',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='interventions',
    )
    op.create_table('activities',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('type_code', sa.String(length=64), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('headcount', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('modality', sa.Enum('in_person', 'online', 'phone', 'text', 'hybrid', name='modality', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('resources_shared', sa.Integer(), nullable=False),
        sa.Column('raised_cents', sa.Integer(), nullable=True),
        sa.Column('story_consents', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_activities_program_id'), 'activities', ['program_id'], unique=False, schema='interventions')
    op.create_index(op.f('ix_interventions_activities_school_id'), 'activities', ['school_id'], unique=False, schema='interventions')
    op.create_table('matches',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum('requested', 'proposed', 'consented', 'declined', 'active', 'paused', 'completed', 'ended_early', name='matchstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('care_status', sa.Enum('none', 'referred', 'in_care', name='carestatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('participant_keys', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('supporter_ids', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('supporter_keys', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('supporters_agreed', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('participant_agreed', sa.Boolean(), nullable=False),
        sa.Column('card_code', sa.String(length=16), nullable=False),
        sa.Column('reason_code', sa.String(length=64), nullable=False),
        sa.Column('planned_sessions', sa.Integer(), nullable=False),
        sa.Column('planned_minutes', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('planned_end', sa.Date(), nullable=True),
        sa.Column('languages', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('not_with', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('held_sessions', sa.Integer(), nullable=False),
        sa.Column('held_minutes', sa.Integer(), nullable=False),
        sa.Column('close_reason', sa.String(length=64), nullable=True),
        sa.Column('close_on', sa.Date(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_matches_school_id'), 'matches', ['school_id'], unique=False, schema='interventions')
    op.create_index('matches_card', 'matches', ['program_id', 'card_code'], unique=True, schema='interventions')
    op.create_index('matches_status', 'matches', ['program_id', 'status'], unique=False, schema='interventions')
    op.create_table('supervisions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('supervisor_key', sa.Uuid(), nullable=False),
        sa.Column('supporter_ids', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Enum('routine', 'debrief', name='supervisionkind', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index('supervisions_program', 'supervisions', ['program_id', 'held_at'], unique=False, schema='interventions')
    op.create_table('supporters',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum('nominated', 'applied', 'selected', 'not_selected', 'declined', 'in_training', 'certified', 'active', 'check_in_overdue', 'refresher_due', 'lapsed', 'on_break', 'suspended', 'removed', 'retired', name='supporterstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('demands', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('languages', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('supervisor_key', sa.Uuid(), nullable=True),
        sa.Column('load_cap', sa.Integer(), nullable=False),
        sa.Column('minutes_cap', sa.Integer(), nullable=False),
        sa.Column('conduct_signed_on', sa.Date(), nullable=True),
        sa.Column('certified_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('expires_on', sa.Date(), nullable=True),
        sa.Column('last_checkin_on', sa.Date(), nullable=True),
        sa.Column('next_checkin_due', sa.Date(), nullable=True),
        sa.Column('pulse_band', sa.Enum('low', 'mid', 'high', name='pulseband', native_enum=False, length=32, schema='interventions'), nullable=True),
        sa.Column('break_since', sa.Date(), nullable=True),
        sa.Column('reason_code', sa.String(length=64), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_supporters_school_id'), 'supporters', ['school_id'], unique=False, schema='interventions')
    op.create_index(op.f('ix_interventions_supporters_student_key'), 'supporters', ['student_key'], unique=False, schema='interventions')
    op.create_index('supporters_program', 'supporters', ['program_id', 'status'], unique=False, schema='interventions')
    op.create_table('check_ins',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('supporter_id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=True),
        sa.Column('done_on', sa.Date(), nullable=False),
        sa.Column('band', sa.Enum('low', 'mid', 'high', name='pulseband', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('answers', sa.LargeBinary(), nullable=False),
        sa.Column('action_code', sa.String(length=64), nullable=True),
        sa.Column('by_key', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['supporter_id'], ['interventions.supporters.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_check_ins_supporter_id'), 'check_ins', ['supporter_id'], unique=False, schema='interventions')
    op.create_table('sessions',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('match_id', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum('scheduled', 'held', 'no_show', 'cancelled', 'unmarked', 'documentation_overdue', 'documented', 'reviewed', name='sessionstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('card_code', sa.String(length=16), nullable=True),
        sa.Column('supporter_keys', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('scheduled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('modality', sa.Enum('in_person', 'online', 'phone', 'text', 'hybrid', name='modality', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('attended_count', sa.Integer(), nullable=False),
        sa.Column('topics', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column('resources_shared', sa.Integer(), nullable=False),
        sa.Column('satisfaction', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column('red_flag', sa.Enum('yes', 'no', name='answer', native_enum=False, length=32, schema='interventions'), nullable=True),
        sa.Column('recorded_by', sa.Uuid(), nullable=True),
        sa.Column('documented_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['match_id'], ['interventions.matches.id'], ),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_sessions_match_id'), 'sessions', ['match_id'], unique=False, schema='interventions')
    op.create_index(op.f('ix_interventions_sessions_program_id'), 'sessions', ['program_id'], unique=False, schema='interventions')
    op.create_index(op.f('ix_interventions_sessions_school_id'), 'sessions', ['school_id'], unique=False, schema='interventions')
    op.create_index('sessions_status', 'sessions', ['status', 'scheduled_at'], unique=False, schema='interventions')
    op.create_index('sessions_supporters', 'sessions', ['supporter_keys'], unique=False, schema='interventions', postgresql_using='gin')
    op.create_table('trainings',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('supporter_id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('course_code', sa.String(length=64), nullable=False),
        sa.Column('module_code', sa.String(length=64), nullable=False),
        sa.Column('hours', sa.Float(), nullable=False),
        sa.Column('held_on', sa.Date(), nullable=False),
        sa.Column('scenario_score', sa.Float(), nullable=True),
        sa.Column('passed', sa.Boolean(), nullable=False),
        sa.Column('trainer_key', sa.Uuid(), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['supporter_id'], ['interventions.supporters.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index(op.f('ix_interventions_trainings_supporter_id'), 'trainings', ['supporter_id'], unique=False, schema='interventions')
    op.create_table('concerns',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('program_id', sa.Uuid(), nullable=True),
        sa.Column('match_id', sa.Uuid(), nullable=True),
        sa.Column('session_id', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum('raised', 'received', 'contacted', 'closed', name='concernstatus', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=True),
        sa.Column('raised_by', sa.Uuid(), nullable=False),
        sa.Column('source', sa.Enum('peer_supporter', 'staff', 'family', name='concernsource', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('urgency_floor', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('concern_domain', sa.Enum('safety_self', 'safety_others', 'safety_home', 'substance', 'health', 'loss', 'mood', 'belonging', 'other', name='concerndomain', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('student_told', sa.Enum('told', 'not_yet', 'could_not', 'unanswered', name='studenttold', native_enum=False, length=32, schema='interventions'), nullable=False),
        sa.Column('told_reason', sa.Enum('not_safe', 'no_time', 'asked_for_secrecy', 'other', name='toldreason', native_enum=False, length=32, schema='interventions'), nullable=True),
        sa.Column('danger_now', sa.Boolean(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('referral_id', sa.Uuid(), nullable=True),
        sa.Column('referral_version', sa.Integer(), nullable=False),
        sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['match_id'], ['interventions.matches.id'], ),
        sa.ForeignKeyConstraint(['program_id'], ['interventions.programs.id'], ),
        sa.ForeignKeyConstraint(['session_id'], ['interventions.sessions.id'], ),
        sa.PrimaryKeyConstraint('id'),
        schema='interventions'
    )
    op.create_index('concerns_unreceived', 'concerns', ['announced_at'], unique=False, schema='interventions', postgresql_where=sa.text("status = 'raised'"))
    op.create_index(op.f('ix_interventions_concerns_raised_by'), 'concerns', ['raised_by'], unique=False, schema='interventions')
    op.create_index(op.f('ix_interventions_concerns_school_id'), 'concerns', ['school_id'], unique=False, schema='interventions')


def downgrade() -> None:
    op.drop_table('concerns', schema='interventions')
    op.drop_table('trainings', schema='interventions')
    op.drop_table('sessions', schema='interventions')
    op.drop_table('check_ins', schema='interventions')
    op.drop_table('supporters', schema='interventions')
    op.drop_table('supervisions', schema='interventions')
    op.drop_table('matches', schema='interventions')
    op.drop_table('activities', schema='interventions')
    op.drop_table('timers', schema='interventions')
    op.drop_table('students', schema='interventions')
    op.drop_table('staff', schema='interventions')
    op.drop_table('schools', schema='interventions')
    op.drop_table('rotas', schema='interventions')
    op.drop_table('referrals', schema='interventions')
    op.drop_table('record_keys', schema='interventions')
    op.drop_table('programs', schema='interventions')
    op.drop_table('policies', schema='interventions')
    op.drop_table('pathway_tests', schema='interventions')
    op.drop_table('outbox', schema='interventions')
    op.drop_table('inbox', schema='interventions')
    op.drop_table('idempotency', schema='interventions')
    op.drop_table('consents', schema='interventions')
    op.drop_table('calendars', schema='interventions')
    op.drop_table('audit_log', schema='interventions')
    op.drop_table('audit_heads', schema='interventions')
