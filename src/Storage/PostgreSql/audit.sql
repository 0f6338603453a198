-- Idempotent: applied at every start, after the logs, in their transaction.
-- How far each queue of the durable streams was delivered.
CREATE TABLE IF NOT EXISTS stream_cursors (queue text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL, position bigint NOT NULL);

CREATE TABLE IF NOT EXISTS dead_letters (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscriber text COLLATE "C" NOT NULL,
  stream text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  entity text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  error text COLLATE "C" NOT NULL,
  attempts integer NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  settled_at bigint,
  UNIQUE (subscriber, stream, position)
);

-- Instants in milliseconds since 1970, UTC. A fact stands here once for each seller it concerns.
CREATE TABLE IF NOT EXISTS trail (
  seller text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  entity text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  operation_id text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  payload bytea NOT NULL,
  hash bytea NOT NULL,
  address text COLLATE "C",
  role text COLLATE "C",
  before bytea NOT NULL,
  after bytea NOT NULL,
  PRIMARY KEY (seller, position)
);

CREATE TABLE IF NOT EXISTS notifications (
  seller text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  zh text COLLATE "C" NOT NULL,
  en text COLLATE "C" NOT NULL,
  installation text COLLATE "C",
  read_at bigint,
  PRIMARY KEY (seller, position)
);

-- What the webhook still owes; a row goes when it was delivered or given up.
CREATE TABLE IF NOT EXISTS webhooks (
  seller text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  attempts integer NOT NULL,
  due_at bigint NOT NULL,
  PRIMARY KEY (seller, position)
);

CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (due_at, seller);

-- day: days since 0001-01-01. One row for each fact, so that counting one twice changes nothing.
CREATE TABLE IF NOT EXISTS audit_counts (position bigint PRIMARY KEY, day bigint NOT NULL, kind text COLLATE "C" NOT NULL);

CREATE INDEX IF NOT EXISTS audit_counts_by_day ON audit_counts (day, kind);

-- Which sellers have, or had, a plugin; shard: the key of the grain that reads them.
CREATE TABLE IF NOT EXISTS plugin_sellers (
  shard text COLLATE "C" NOT NULL,
  seller text COLLATE "C" NOT NULL,
  PRIMARY KEY (shard, seller)
);

-- When an entity has to be woken. due_at: ticks of 100 ns since 0001-01-01, UTC.
CREATE TABLE IF NOT EXISTS deadlines (
  shard text COLLATE "C" NOT NULL,
  entity text COLLATE "C" NOT NULL,
  due_at bigint NOT NULL,
  PRIMARY KEY (shard, entity)
);

-- Who may write a shard of deadlines: the last claim.
CREATE TABLE IF NOT EXISTS deadline_shards (shard text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL, writes bigint NOT NULL);

-- The catalogue: an entry for each plugin, made from the journal. entry, measures: JSON. revision: grows with every change of a row.
-- Each vector has the words of the one before, too.
CREATE TABLE IF NOT EXISTS catalogue (
  plugin text COLLATE "C" PRIMARY KEY,
  format integer NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  entry bytea NOT NULL,
  measures bytea,
  name_words tsvector NOT NULL,
  summary_words tsvector NOT NULL,
  text_words tsvector NOT NULL
);

CREATE INDEX IF NOT EXISTS catalogue_by_revision ON catalogue (revision);
CREATE INDEX IF NOT EXISTS catalogue_by_words ON catalogue USING gin (text_words);

-- One row: the last revision.
CREATE TABLE IF NOT EXISTS catalogue_head (id integer PRIMARY KEY CHECK (id = 1), revision bigint NOT NULL);
INSERT INTO catalogue_head (id, revision) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
