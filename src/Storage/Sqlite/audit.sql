CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- How far each queue of the durable streams was delivered.
CREATE TABLE IF NOT EXISTS stream_cursors (queue TEXT PRIMARY KEY, epoch INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  subscriber TEXT NOT NULL,
  stream TEXT NOT NULL,
  position INTEGER NOT NULL,
  entity TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  error TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  settled_at INTEGER,
  UNIQUE (subscriber, stream, position)
);

-- Instants in milliseconds since 1970, UTC. A fact stands here once for each seller it concerns.
CREATE TABLE IF NOT EXISTS trail (
  seller TEXT NOT NULL,
  position INTEGER NOT NULL,
  entity TEXT NOT NULL,
  version INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  hash BLOB NOT NULL,
  address TEXT,
  role TEXT,
  before BLOB NOT NULL,
  after BLOB NOT NULL,
  PRIMARY KEY (seller, position)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS notifications (
  seller TEXT NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  zh TEXT NOT NULL,
  en TEXT NOT NULL,
  installation TEXT,
  read_at INTEGER,
  PRIMARY KEY (seller, position)
) WITHOUT ROWID;

-- What the webhook still owes; a row goes when it was delivered or given up.
CREATE TABLE IF NOT EXISTS webhooks (
  seller TEXT NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (seller, position)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (due_at, seller);

-- day: days since 0001-01-01. One row for each fact, so that counting one twice changes nothing.
CREATE TABLE IF NOT EXISTS audit_counts (position INTEGER PRIMARY KEY, day INTEGER NOT NULL, kind TEXT NOT NULL);

CREATE INDEX IF NOT EXISTS audit_counts_by_day ON audit_counts (day, kind);

-- Which sellers have, or had, a plugin; shard: the key of the grain that reads them.
CREATE TABLE IF NOT EXISTS plugin_sellers (shard TEXT NOT NULL, seller TEXT NOT NULL, PRIMARY KEY (shard, seller)) WITHOUT ROWID;

-- When an entity has to be woken. due_at: ticks of 100 ns since 0001-01-01, UTC.
CREATE TABLE IF NOT EXISTS deadlines (
  shard TEXT NOT NULL,
  entity TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (shard, entity)
) WITHOUT ROWID;

-- Who may write a shard of deadlines: the last claim.
CREATE TABLE IF NOT EXISTS deadline_shards (shard TEXT PRIMARY KEY, epoch INTEGER NOT NULL, writes INTEGER NOT NULL) WITHOUT ROWID;
