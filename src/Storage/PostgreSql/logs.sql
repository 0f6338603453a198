-- Idempotent: applied at every start, in one transaction, under an advisory lock.
CREATE TABLE IF NOT EXISTS schema_version (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version integer NOT NULL);

CREATE TABLE IF NOT EXISTS probe (log text PRIMARY KEY, at timestamptz NOT NULL);

-- Text keys compare by bytes (COLLATE "C"): 020235 and 20235, ABC and abc are different keys, and order is the same on every machine.
-- part: place of the fact in its command.
CREATE TABLE IF NOT EXISTS journal (
  position bigint GENERATED ALWAYS AS IDENTITY,
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

CREATE TABLE IF NOT EXISTS feed (
  position bigint GENERATED ALWAYS AS IDENTITY,
  seller text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  source text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  time bigint NOT NULL,
  accepted_at bigint NOT NULL,
  data bytea NOT NULL,
  sealed bytea,
  PRIMARY KEY (seller, seq),
  UNIQUE (source, event_id)
);

-- day: days since 0001-01-01. opening: on the first row of a day only. The unique key is the fence against a second activation.
CREATE TABLE IF NOT EXISTS usage (
  cumulative bigint NOT NULL,
  day integer NOT NULL,
  seq integer NOT NULL,
  count integer NOT NULL,
  keyed boolean NOT NULL,
  installation text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  body bytea NOT NULL,
  opening bytea,
  PRIMARY KEY (installation, day, seq)
);

CREATE INDEX IF NOT EXISTS usage_keyed ON usage (installation, day, seq) WHERE keyed;
