CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- What was delivered to each installation's plugin. Instants in milliseconds since 1970, UTC; first_seq and last_seq: places in the seller's
-- feed. The primary key is the fence against a second activation.
CREATE TABLE IF NOT EXISTS delivery_log (
  installation TEXT NOT NULL,
  no INTEGER NOT NULL,
  at INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  body BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (installation, no)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS delivery_log_about ON delivery_log (installation, last_seq);

-- The state after the last row, written with it. due_at: the next wake-up; also set before the first row (no is 0 then).
CREATE TABLE IF NOT EXISTS delivery_state (
  installation TEXT PRIMARY KEY,
  no INTEGER NOT NULL,
  hash BLOB NOT NULL,
  due_at INTEGER,
  state BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS delivery_state_due ON delivery_state (due_at, installation) WHERE due_at IS NOT NULL;
