-- What the reader may see. Run after the program's first start, as the role marketplace, in the database marketplace.
GRANT SELECT ON journal, feed, usage TO marketplace_reader;
