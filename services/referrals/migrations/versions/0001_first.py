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
        schema='referrals',
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
        schema='referrals',
    )
    op.create_index('audit_log_actor', 'audit_log', ['actor_key', 'at'], unique=False, schema='referrals')
    op.create_index('audit_log_school', 'audit_log', ['school_id'], unique=False, schema='referrals')
    op.create_index('audit_log_student', 'audit_log', ['student_key', 'at'], unique=False, schema='referrals', postgresql_where=sa.text('student_key IS NOT NULL'))
    op.create_table('calendars',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('year', sa.SmallInteger(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'year'),
        schema='referrals',
    )
    op.create_table('duty_contacts',
        sa.Column('staff_key', sa.Uuid(), nullable=False),
        sa.Column('mail', sa.LargeBinary(), nullable=True),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('staff_key'),
        schema='referrals',
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
        schema='referrals',
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
        schema='referrals',
    )
    op.create_index('inbox_due', 'inbox', ['next_attempt_at'], unique=False, schema='referrals', postgresql_where=sa.text("state IN ('new', 'retry')"))
    op.create_index('inbox_parked', 'inbox', ['lane'], unique=False, schema='referrals', postgresql_where=sa.text("state = 'parked'"))
    op.create_table('known_programs',
        sa.Column('program_id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('tier', sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint('program_id'),
        schema='referrals',
    )
    op.create_table('known_schools',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('open', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='referrals',
    )
    op.create_table('known_staff',
        sa.Column('staff_key', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('staff_key'),
        schema='referrals',
    )
    op.create_table('known_students',
        sa.Column('student_key', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('grade_band', sa.Enum('elementary', 'middle', 'high', 'other', name='gradeband', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('subgroup_codes', postgresql.ARRAY(sa.String(length=64), as_tuple=True), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('student_key', 'school_id'),
        schema='referrals'
    )
    op.create_table('notices',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=False),
        sa.Column('case_number', sa.String(length=8), nullable=False),
        sa.Column('kind', sa.Enum('new_referral', 'given_to_you', 'reminder', 'escalation', 'pathway_test', name='kind', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('to_key', sa.Uuid(), nullable=False),
        sa.Column('channel', sa.Enum('mail', 'page', 'chat', name='channel', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('status', sa.Enum('queued', 'sent', 'confirmed', 'exhausted', name='noticestatus', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('next_attempt_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('failure', sa.String(length=64), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='referrals',
    )
    op.create_index(op.f('ix_referrals_notices_school_id'), 'notices', ['school_id'], unique=False, schema='referrals')
    op.create_index(op.f('ix_referrals_notices_subject_id'), 'notices', ['subject_id'], unique=False, schema='referrals')
    op.create_index('notices_queued', 'notices', ['next_attempt_at'], unique=False, schema='referrals', postgresql_where=sa.text("status = 'queued'"))
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
        schema='referrals',
    )
    op.create_index('outbox_waiting', 'outbox', ['lane', 'seq'], unique=False, schema='referrals', postgresql_where=sa.text('published_at IS NULL'))
    op.create_table('pathway_steps',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('no', sa.SmallInteger(), nullable=False),
        sa.Column('staff_key', sa.Uuid(), nullable=True),
        sa.Column('role', sa.Enum('peer_supporter', 'advisor', 'site_coordinator', 'principal', 'counselor', 'clinical_supervisor', 'district_lead', 'crisis_lead', 'evaluator', 'operator', 'guardian', 'privacy_officer', 'public', 'service', name='role', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.PrimaryKeyConstraint('school_id', 'no'),
        schema='referrals',
    )
    op.create_table('pathway_tests',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('case_number', sa.String(length=8), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('recipients', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('acknowledged_by', sa.Uuid(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='referrals',
    )
    op.create_index(op.f('ix_referrals_pathway_tests_school_id'), 'pathway_tests', ['school_id'], unique=False, schema='referrals')
    op.create_table('pathways',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='referrals',
    )
    op.create_table('policies',
        sa.Column('district_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('tz', sa.String(length=64), nullable=False),
        sa.Column('clocks', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('escalations', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('floors', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint('district_id'),
        schema='referrals',
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
        schema='referrals',
    )
    op.create_table('referrals',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('case_number', sa.String(length=8), nullable=False),
        sa.Column('source', sa.Enum('peer_supporter', 'anonymous', 'staff', 'self', 'family', 'screener', name='source', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('student_key', sa.Uuid(), nullable=True),
        sa.Column('concern_domain', sa.Enum('safety_self', 'safety_others', 'safety_home', 'substance', 'health', 'loss', 'mood', 'belonging', 'other', name='concerndomain', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('urgency', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('urgency_floor', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('student_told', sa.Enum('told', 'not_yet', 'could_not', 'unanswered', name='studenttold', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('concern_id', sa.Uuid(), nullable=True),
        sa.Column('program_id', sa.Uuid(), nullable=True),
        sa.Column('submitted_by', sa.Uuid(), nullable=True),
        sa.Column('grade_band', sa.Enum('elementary', 'middle', 'high', 'other', name='gradeband', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('status', sa.Enum('submitted', 'triaged', 'acknowledged', 'accepted', 'in_progress', 'on_hold', 'declined', 'closed', name='referralstatus', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('owner_key', sa.Uuid(), nullable=True),
        sa.Column('backup_key', sa.Uuid(), nullable=True),
        sa.Column('assignments', sa.Integer(), nullable=False),
        sa.Column('red_flags', sa.LargeBinary(), nullable=True),
        sa.Column('summary', sa.LargeBinary(), nullable=True),
        sa.Column('content_awaited', sa.Boolean(), nullable=False),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('first_contact_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('first_service_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('hold_reason', sa.Enum('waitlist', 'awaiting_consent', 'absent', name='holdreason', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('review_on', sa.Date(), nullable=True),
        sa.Column('decline_reason', sa.Enum('wrong_school', 'duplicate', 'not_tier3', name='declinereason', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('offered_program_id', sa.Uuid(), nullable=True),
        sa.Column('outcome_code', sa.Enum('connected_school_service', 'connected_community_service', 'crisis_response', 'already_in_care', 'resolved_without_service', 'could_not_reach', 'no_service_available', 'student_declined', 'guardian_declined', 'entered_in_error', name='outcome', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('outcome_setting', sa.Enum('school', 'school_health_center', 'community', 'hospital', 'crisis_service', 'home', 'phone', 'online', name='setting', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('follow_ups_waived', sa.Enum('in_other_care', 'declined', 'left_district', 'not_needed', 'entered_in_error', name='waiverreason', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('peer_told', sa.Enum('received', 'contacted', 'closed', name='peerview', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('case_number'),
        sa.UniqueConstraint('concern_id'),
        schema='referrals',
    )
    op.create_index(op.f('ix_referrals_referrals_owner_key'), 'referrals', ['owner_key'], unique=False, schema='referrals')
    op.create_index('referrals_content_awaited', 'referrals', ['received_at'], unique=False, schema='referrals', postgresql_where='content_awaited')
    op.create_index('referrals_open', 'referrals', ['urgency'], unique=False, schema='referrals', postgresql_where=sa.text('closed_at IS NULL'))
    op.create_index('referrals_school', 'referrals', ['school_id', 'status'], unique=False, schema='referrals')
    op.create_index('referrals_student', 'referrals', ['student_key'], unique=False, schema='referrals')
    op.create_table('rota_shifts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('order', postgresql.ARRAY(sa.Uuid(), as_tuple=True), nullable=False),
        sa.Column('backup_key', sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        schema='referrals',
    )
    op.create_index(op.f('ix_referrals_rota_shifts_school_id'), 'rota_shifts', ['school_id'], unique=False, schema='referrals')
    op.create_table('rotas',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='referrals',
    )
    op.create_table('school_days',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('year', sa.SmallInteger(), nullable=False),
        sa.Column('opens', sa.Time(), nullable=False),
        sa.Column('closes', sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint('school_id', 'day'),
        schema='referrals',
    )
    op.create_table('staff_roles',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('staff_key', sa.Uuid(), nullable=False),
        sa.Column('role', sa.Enum('peer_supporter', 'advisor', 'site_coordinator', 'principal', 'counselor', 'clinical_supervisor', 'district_lead', 'crisis_lead', 'evaluator', 'operator', 'guardian', 'privacy_officer', 'public', 'service', name='role', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('site_id', sa.Uuid(), nullable=True),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        schema='referrals',
    )
    op.create_index(op.f('ix_referrals_staff_roles_site_id'), 'staff_roles', ['site_id'], unique=False, schema='referrals')
    op.create_index(op.f('ix_referrals_staff_roles_staff_key'), 'staff_roles', ['staff_key'], unique=False, schema='referrals')
    op.create_table('timers',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='referrals',
    )
    op.create_table('watchdog_ticks',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        schema='referrals',
    )
    op.create_table('escalation_steps',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('acknowledge', 'contact', 'service', 'follow_up', name='clockkind', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('step_no', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('urgency', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('to', sa.Enum('owner', 'backup', 'next_on_rota', 'designee', 'coordinator', 'district_lead', 'crisis_lead', name='escalationtarget', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('to_key', sa.Uuid(), nullable=True),
        sa.Column('channel', sa.Enum('mail', 'page', 'chat', name='channel', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['referral_id'], ['referrals.referrals.id'], name='escalation_steps_referral'),
        sa.PrimaryKeyConstraint('referral_id', 'kind', 'step_no'),
        schema='referrals',
    )
    op.create_table('follow_ups',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('n', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('done_on', sa.Date(), nullable=True),
        sa.Column('result_code', sa.Enum('doing_well', 'still_in_care', 'needs_more', 'could_not_reach', name='followupresult', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.ForeignKeyConstraint(['referral_id'], ['referrals.referrals.id'], name='follow_ups_referral'),
        sa.PrimaryKeyConstraint('referral_id', 'n'),
        schema='referrals'
    )
    op.create_table('referral_clocks',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.Enum('acknowledge', 'contact', 'service', 'follow_up', name='clockkind', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('urgency', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('unit', sa.Enum('seconds', 'school_minutes', 'school_days', 'same_school_day', name='clockunit', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('amount', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('limit_minutes', sa.Float(), nullable=False),
        sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('minutes', sa.Float(), nullable=True),
        sa.Column('breached_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('base_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('called', postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column('turn', sa.Integer(), nullable=False),
        sa.Column('steps', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['referral_id'], ['referrals.referrals.id'], name='referral_clocks_referral'),
        sa.PrimaryKeyConstraint('referral_id', 'kind'),
        schema='referrals',
    )
    op.create_index('referral_clocks_due', 'referral_clocks', ['next_due_at'], unique=False, schema='referrals', postgresql_where=sa.text('stopped_at IS NULL'))
    op.create_index('referral_clocks_school', 'referral_clocks', ['school_id'], unique=False, schema='referrals')
    op.create_table('referral_history',
        sa.Column('referral_id', sa.Uuid(), nullable=False),
        sa.Column('no', sa.Integer(), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('verb', sa.String(length=32), nullable=False),
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('actor_role', sa.Enum('peer_supporter', 'advisor', 'site_coordinator', 'principal', 'counselor', 'clinical_supervisor', 'district_lead', 'crisis_lead', 'evaluator', 'operator', 'guardian', 'privacy_officer', 'public', 'service', name='role', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('status_from', sa.Enum('submitted', 'triaged', 'acknowledged', 'accepted', 'in_progress', 'on_hold', 'declined', 'closed', name='referralstatus', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('status_to', sa.Enum('submitted', 'triaged', 'acknowledged', 'accepted', 'in_progress', 'on_hold', 'declined', 'closed', name='referralstatus', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('urgency_from', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=True),
        sa.Column('urgency_to', sa.Enum('emergency', 'urgent', 'priority', 'routine', name='urgency', native_enum=False, length=32, schema='referrals'), nullable=False),
        sa.Column('reason_code', sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(['referral_id'], ['referrals.referrals.id'], name='referral_history_referral'),
        sa.PrimaryKeyConstraint('referral_id', 'no'),
        schema='referrals',
    )
    op.create_index('referral_history_actor', 'referral_history', ['actor_key', 'at'], unique=False, schema='referrals')


def downgrade() -> None:
    op.drop_table('referral_history', schema='referrals')
    op.drop_table('referral_clocks', schema='referrals')
    op.drop_table('follow_ups', schema='referrals')
    op.drop_table('escalation_steps', schema='referrals')
    op.drop_table('watchdog_ticks', schema='referrals')
    op.drop_table('timers', schema='referrals')
    op.drop_table('staff_roles', schema='referrals')
    op.drop_table('school_days', schema='referrals')
    op.drop_table('rotas', schema='referrals')
    op.drop_table('rota_shifts', schema='referrals')
    op.drop_table('referrals', schema='referrals')
    op.drop_table('record_keys', schema='referrals')
    op.drop_table('policies', schema='referrals')
    op.drop_table('pathways', schema='referrals')
    op.drop_table('pathway_tests', schema='referrals')
    op.drop_table('pathway_steps', schema='referrals')
    op.drop_table('outbox', schema='referrals')
    op.drop_table('notices', schema='referrals')
    op.drop_table('known_students', schema='referrals')
    op.drop_table('known_staff', schema='referrals')
    op.drop_table('known_schools', schema='referrals')
    op.drop_table('known_programs', schema='referrals')
    op.drop_table('inbox', schema='referrals')
    op.drop_table('idempotency', schema='referrals')
    op.drop_table('duty_contacts', schema='referrals')
    op.drop_table('calendars', schema='referrals')
    op.drop_table('audit_log', schema='referrals')
    op.drop_table('audit_heads', schema='referrals')
