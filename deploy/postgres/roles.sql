-- The two roles of a deployment. Run once, as a superuser, against any database of the server:
--   psql -v program_password=… -v reader_password=… -f deploy/postgres/roles.sql
-- marketplace runs the program and owns the database, because the program applies its schema at every start. It is no superuser.
CREATE ROLE marketplace LOGIN PASSWORD :'program_password';
-- marketplace_reader exports, verifies and recounts (tools/Ledger --postgres); it sees the logs and nothing else.
CREATE ROLE marketplace_reader LOGIN PASSWORD :'reader_password';

CREATE DATABASE marketplace OWNER marketplace;
\connect marketplace
REVOKE ALL ON DATABASE marketplace FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO marketplace;
GRANT CONNECT ON DATABASE marketplace TO marketplace_reader;
GRANT USAGE ON SCHEMA public TO marketplace_reader;
