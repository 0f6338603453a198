CREATE TABLE IF NOT EXISTS counter (
  installation text NOT NULL,
  day date NOT NULL,
  used bigint NOT NULL,
  total bigint NOT NULL,
  PRIMARY KEY (installation, day)
) WITH (fillfactor = 70);

CREATE TABLE IF NOT EXISTS item (
  installation text NOT NULL,
  day date NOT NULL,
  seq bigint NOT NULL,
  call uuid NOT NULL,
  price integer NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (installation, day, seq)
);
