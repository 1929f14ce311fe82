"""The schema as it was first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('accounts',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('sign_in_name', sa.String(length=120), nullable=False),
        sa.Column('password_hash', sa.String(length=200), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('demo', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('actor_key'),
        sa.UniqueConstraint('sign_in_name'),
        schema='gateway',
    )
    op.create_table('audit_heads',
        sa.Column('chain', sa.SmallInteger(), nullable=False),
        sa.Column('seq', sa.BigInteger(), nullable=False),
        sa.Column('mac', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('chain'),
        schema='gateway',
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
        schema='gateway',
    )
    op.create_index('audit_log_actor', 'audit_log', ['actor_key', 'at'], unique=False, schema='gateway')
    op.create_index('audit_log_school', 'audit_log', ['school_id'], unique=False, schema='gateway')
    op.create_index('audit_log_student', 'audit_log', ['student_key', 'at'], unique=False, schema='gateway', postgresql_where=sa.text('student_key IS NOT NULL'))
    op.create_table('buckets',
        sa.Column('name', sa.LargeBinary(), nullable=False),
        sa.Column('failures', sa.Float(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='gateway'
    )
    op.create_table('crisis_cards',
        sa.Column('school_id', sa.Uuid(), nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=True),
        sa.Column('as_of', sa.DateTime(timezone=True), nullable=True),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('school_id'),
        schema='gateway'
    )
    op.create_index(op.f('ix_gateway_crisis_cards_due_at'), 'crisis_cards', ['due_at'], unique=False, schema='gateway')
    op.create_table('drafts',
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('form', sa.String(length=64), nullable=False),
        sa.Column('key', sa.String(length=64), server_default='', nullable=False),
        sa.Column('sealed', sa.LargeBinary(), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('actor_key', 'form', 'key'),
        schema='gateway'
    )
    op.create_table('feed',
        sa.Column('position', sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('audience', sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column('topic', sa.String(length=32), nullable=False),
        sa.Column('object_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('urgency', sa.String(length=16), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('position'),
        schema='gateway',
    )
    op.create_index(op.f('ix_gateway_feed_at'), 'feed', ['at'], unique=False, schema='gateway')
    op.create_index(op.f('ix_gateway_feed_school_id'), 'feed', ['school_id'], unique=False, schema='gateway')
    op.create_table('idempotency',
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('key', sa.Uuid(), nullable=False),
        sa.Column('route', sa.String(length=64), nullable=False),
        sa.Column('request_hash', sa.LargeBinary(), nullable=False),
        sa.Column('status', sa.SmallInteger(), nullable=True),
        sa.Column('response', sa.LargeBinary(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('actor_key', 'key'),
        schema='gateway',
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
        schema='gateway',
    )
    op.create_index('inbox_due', 'inbox', ['next_attempt_at'], unique=False, schema='gateway', postgresql_where=sa.text("state IN ('new', 'retry')"))
    op.create_index('inbox_parked', 'inbox', ['lane'], unique=False, schema='gateway', postgresql_where=sa.text("state = 'parked'"))
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
        schema='gateway',
    )
    op.create_index('outbox_waiting', 'outbox', ['lane', 'seq'], unique=False, schema='gateway', postgresql_where=sa.text('published_at IS NULL'))
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
        schema='gateway',
    )
    op.create_table('standings',
        sa.Column('source_id', sa.Uuid(), nullable=False),
        sa.Column('actor_key', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('source_id'),
        schema='gateway',
    )
    op.create_index(op.f('ix_gateway_standings_actor_key'), 'standings', ['actor_key'], unique=False, schema='gateway')
    op.create_table('timers',
        sa.Column('name', sa.String(length=64), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.PrimaryKeyConstraint('name'),
        schema='gateway',
    )
    op.create_table('grants',
        sa.Column('source_id', sa.Uuid(), nullable=False),
        sa.Column('role', sa.String(length=32), nullable=False),
        sa.Column('school_id', sa.Uuid(), nullable=True),
        sa.Column('starts_on', sa.Date(), nullable=True),
        sa.Column('ends_on', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(['source_id'], ['gateway.standings.source_id'], ondelete='CASCADE'),
        sa.UniqueConstraint('source_id', 'role', 'school_id', 'starts_on', name='grants_once', postgresql_nulls_not_distinct=True),
        schema='gateway',
    )
    op.create_table('sessions',
        sa.Column('token_hash', sa.LargeBinary(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('account_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('idle_seconds', sa.Integer(), nullable=False),
        sa.Column('signed_in_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['gateway.accounts.id'], ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('token_hash'),
        sa.UniqueConstraint('id'),
        schema='gateway'
    )
    op.create_index(op.f('ix_gateway_sessions_account_id'), 'sessions', ['account_id'], unique=False, schema='gateway')
    op.create_index('sessions_expiry', 'sessions', ['expires_at'], unique=False, schema='gateway')


def downgrade() -> None:
    op.drop_table('sessions', schema='gateway')
    op.drop_table('grants', schema='gateway')
    op.drop_table('timers', schema='gateway')
    op.drop_table('standings', schema='gateway')
    op.drop_table('record_keys', schema='gateway')
    op.drop_table('outbox', schema='gateway')
    op.drop_table('inbox', schema='gateway')
    op.drop_table('idempotency', schema='gateway')
    op.drop_table('feed', schema='gateway')
    op.drop_table('drafts', schema='gateway')
    op.drop_table('crisis_cards', schema='gateway')
    op.drop_table('buckets', schema='gateway')
    op.drop_table('audit_log', schema='gateway')
    op.drop_table('audit_heads', schema='gateway')
    op.drop_table('accounts', schema='gateway')
