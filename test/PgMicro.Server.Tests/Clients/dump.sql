CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'of the application';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int NOT NULL DEFAULT 1 CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE SEQUENCE app.numbers START 10 INCREMENT 5 MAXVALUE 1000 CYCLE;
SELECT nextval('app.numbers'), nextval('app.numbers');
CREATE TABLE parent (id int PRIMARY KEY, code varchar(10) UNIQUE, note text COLLATE "C" DEFAULT 'none');
CREATE TABLE child (
  id bigint GENERATED ALWAYS AS IDENTITY,
  parent_id int NOT NULL REFERENCES parent ON DELETE CASCADE,
  price numeric(8,2) CHECK (price >= 0) DEFAULT 1.5,
  total numeric GENERATED ALWAYS AS (price * 2) STORED,
  feeling mood DEFAULT 'ok',
  code text,
  tags text[],
  at timestamptz(3) DEFAULT '2024-01-01 00:00:00+00',
  p pair,
  amount positive,
  CONSTRAINT child_key PRIMARY KEY (id, parent_id)
);
CREATE INDEX child_price ON child (price DESC NULLS LAST, lower(code)) WHERE price > 1;
CREATE UNIQUE INDEX child_at ON child (at, id) INCLUDE (price);
COMMENT ON TABLE child IS 'the child';
COMMENT ON COLUMN child.price IS 'in euros; "quoted"';
CREATE VIEW cheap AS SELECT c.id, p.code, c.price FROM child c JOIN parent p ON p.id = c.parent_id WHERE c.price < 10::numeric;
CREATE TABLE app.things (a int, b serial, c char(3), d "char", e double precision, f interval day to second(2), g bytea, h json, i jsonb, j date, k uuid, l bool);
INSERT INTO parent VALUES (1, 'one', DEFAULT), (2, NULL, E'it''s\nö');
INSERT INTO child (parent_id, price, code, tags, p) VALUES (1, 2.5, 'A', '{a,"b c",NULL}', '(1,"x y")'), (2, NULL, NULL, '{}', NULL);
INSERT INTO app.things (a, c, d, e, f, g, h, i, j, k, l) VALUES
  (1, 'x', 'y', 0.1, '1 day 02:03:04.567', '\x00ff', '{"a":  1}', '{"b": [1, null]}', '2024-02-29', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', true),
  (NULL, NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, 'infinity', NULL, false);
