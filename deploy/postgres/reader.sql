-- What the reader may see. Run after the program's first start, and again after a start that raised the schema version, as the role
-- marketplace, in the database marketplace.
GRANT SELECT ON journal, feed, usage, delivery_log, delivery_state TO marketplace_reader;
