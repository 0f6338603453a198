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

-- The catalogue: an entry for each plugin, made from the journal. entry, measures: JSON. revision: grows with every change of a row.
CREATE TABLE IF NOT EXISTS catalogue (
  id INTEGER PRIMARY KEY,
  plugin TEXT NOT NULL UNIQUE,
  format INTEGER NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  entry BLOB NOT NULL,
  measures BLOB
);

CREATE INDEX IF NOT EXISTS catalogue_by_revision ON catalogue (revision);

-- One row: the last revision.
CREATE TABLE IF NOT EXISTS catalogue_head (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
INSERT INTO catalogue_head (id, revision) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;

-- rowid: id of the catalogue. The columns are words separated by spaces, each with those of the column before; they are not kept.
CREATE VIRTUAL TABLE IF NOT EXISTS catalogue_words USING fts5(
  name, summary, text, content = '', contentless_delete = 1, detail = column, tokenize = "unicode61 remove_diacritics 0"
);
