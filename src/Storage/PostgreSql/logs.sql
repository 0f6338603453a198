-- Idempotent: applied at every start, in one transaction, under an advisory lock.
CREATE TABLE IF NOT EXISTS schema_version (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version integer NOT NULL);

CREATE TABLE IF NOT EXISTS probe (log text PRIMARY KEY, at timestamptz NOT NULL);

-- Hands out positions. Whoever appends holds the log's row until its commit, so positions become visible in their order and without gaps:
-- a reader that keeps a position as its cursor cannot skip a late commit.
CREATE TABLE IF NOT EXISTS log_head (log text PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO log_head VALUES ('journal', 0), ('feed', 0) ON CONFLICT DO NOTHING;

-- Text keys compare by bytes (COLLATE "C"): 020235 and 20235, ABC and abc are different keys, and order is the same on every machine.
-- part: place of the fact among those of its operation.
CREATE TABLE IF NOT EXISTS journal (
  position bigint NOT NULL UNIQUE,
  entity text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  operation_id text COLLATE "C" NOT NULL,
  part integer NOT NULL,
  actor text NOT NULL,
  at bigint NOT NULL,
  type text NOT NULL,
  payload bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (entity, version),
  UNIQUE (entity, operation_id, part)
);

-- Of schema version 2: from where and in which role; null in older facts.
ALTER TABLE journal ADD COLUMN IF NOT EXISTS address text;
ALTER TABLE journal ADD COLUMN IF NOT EXISTS role text;

-- Of schema version 4: which command the operation was; null in older facts.
ALTER TABLE journal ADD COLUMN IF NOT EXISTS fingerprint text;

-- event_key: 16 bytes that stand for (source, event_id), which may be long. Instants in 100 ns since 1970, UTC.
CREATE TABLE IF NOT EXISTS feed (
  position bigint NOT NULL UNIQUE,
  seller text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  event_key bytea NOT NULL UNIQUE,
  source text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time bigint NOT NULL,
  accepted_at bigint NOT NULL,
  data bytea NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (seller, seq)
);

-- day: days since 0001-01-01. opening: on the first row of a day only, else empty. The unique key is the fence against a second activation.
CREATE TABLE IF NOT EXISTS usage (
  cumulative bigint NOT NULL,
  day integer NOT NULL,
  seq integer NOT NULL,
  count integer NOT NULL,
  keyed boolean NOT NULL,
  installation text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  body bytea NOT NULL,
  opening bytea NOT NULL,
  PRIMARY KEY (installation, day, seq)
);

CREATE INDEX IF NOT EXISTS usage_keyed ON usage (installation, day, seq) WHERE keyed;

-- Uploaded documents, encrypted before they come here; the keys lie in the identity tables.
CREATE TABLE IF NOT EXISTS document (id text COLLATE "C" PRIMARY KEY, ciphertext bytea NOT NULL);

-- Of schema version 3: what was delivered to each installation's plugin. Instants in milliseconds since 1970, UTC; first_seq and last_seq:
-- places in the seller's feed. The primary key is the fence against a second activation.
CREATE TABLE IF NOT EXISTS delivery_log (
  installation text COLLATE "C" NOT NULL,
  no bigint NOT NULL,
  at bigint NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  body bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (installation, no)
);

CREATE INDEX IF NOT EXISTS delivery_log_about ON delivery_log (installation, last_seq);

-- The state after the last row, written with it. due_at: the next wake-up; also set before the first row (no is 0 then).
CREATE TABLE IF NOT EXISTS delivery_state (
  installation text COLLATE "C" PRIMARY KEY,
  no bigint NOT NULL,
  hash bytea NOT NULL,
  due_at bigint,
  state bytea NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX IF NOT EXISTS delivery_state_due ON delivery_state (due_at, installation) WHERE due_at IS NOT NULL;
