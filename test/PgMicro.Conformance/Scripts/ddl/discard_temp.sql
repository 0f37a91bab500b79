-- Everything temporary goes, also what another temporary object owns.
CREATE TEMP TABLE ttt (i int GENERATED ALWAYS AS IDENTITY, s serial, t text UNIQUE);
CREATE TEMP VIEW vv AS SELECT * FROM ttt;
CREATE TEMP SEQUENCE ss OWNED BY ttt.t;
CREATE TYPE pg_temp.mood AS ENUM ('a', 'b');
DISCARD TEMP;
SELECT relname FROM pg_class WHERE relname IN ('ttt', 'vv', 'ss');
CREATE TEMP TABLE ttt (i int GENERATED ALWAYS AS IDENTITY);
DISCARD ALL;
