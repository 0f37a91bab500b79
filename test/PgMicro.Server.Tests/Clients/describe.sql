\pset pager off
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int NOT NULL DEFAULT 1 CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE SEQUENCE app.numbers START 10 INCREMENT 5 MAXVALUE 1000 CYCLE;
CREATE TABLE parent (id int PRIMARY KEY, code varchar(10) UNIQUE, note text COLLATE "C" DEFAULT 'none');
CREATE TABLE child (
  id bigint GENERATED ALWAYS AS IDENTITY,
  parent_id int NOT NULL REFERENCES parent ON DELETE CASCADE,
  price numeric(8,2) CHECK (price >= 0) DEFAULT 1.5,
  total numeric GENERATED ALWAYS AS (price * 2) STORED,
  feeling mood DEFAULT 'ok',
  code text,
  tags text[],
  at timestamptz(3) DEFAULT now(),
  p pair,
  CONSTRAINT child_key PRIMARY KEY (id, parent_id)
);
CREATE INDEX child_price ON child (price DESC NULLS LAST, lower(code)) WHERE price > 1;
CREATE UNIQUE INDEX child_at ON child (at) INCLUDE (price);
COMMENT ON TABLE child IS 'the child';
COMMENT ON COLUMN child.price IS 'in euros';
COMMENT ON TYPE mood IS 'how one feels';
COMMENT ON SCHEMA app IS 'of the application';
CREATE VIEW cheap AS SELECT c.id, p.code, c.price FROM child c JOIN parent p ON p.id = c.parent_id WHERE c.price < 10;
CREATE TABLE app.things (a int, b serial, c char(3), d "char", e double precision, f interval day to second(2), g bytea);
\d
\dt
CREATE TEMP TABLE scratch (x int);
\dt app.*
\di
\ds
\ds app.*
\dv
\dn
\dn app
\d parent
\d child
\d cheap
\d app.things
\d app.numbers
\d child_price
\d child_key
\d parent_code_key
\d pair
\d nothing
\dT
\dT+ mood
\dD
\df
\df pg_catalog.int4pl
\da pg_catalog.count
\do pg_catalog.@@
\dC text
\dx
\dy
\dp child
\dc pg_catalog.utf8_to_iso8859_1
\dd
\dl
\dL
\dA
\det
\des
\dew
\dRp
\dRs
\dX
\dF
\dFd
\dP
\dconfig work_mem
\sv cheap
CREATE MATERIALIZED VIEW kept AS SELECT id, price FROM child WITH DATA;
\dm
\dv+
\df+ pg_catalog.int4pl
\sf pg_catalog.int4pl
\sf nothing
\d kept
\d+ parent
\d+ child
\d+ cheap
\dn+ app
\d pg_class
\d pg_catalog.pg_tables
\dS pg_am
