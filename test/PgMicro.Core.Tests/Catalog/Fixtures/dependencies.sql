-- Made the rows of dependencies.tsv in a real PostgreSQL 17; dependencies.txt is what its DROP commands then answered.
CREATE TABLE a (id int PRIMARY KEY, v int, s text);
CREATE TABLE b (a_id int REFERENCES a, v int);
CREATE VIEW va AS SELECT id, v FROM a;
CREATE VIEW vb AS SELECT v FROM va;
CREATE INDEX ai ON a (v);
CREATE TYPE e AS ENUM ('x');
CREATE TABLE c (m e, d e[]);
CREATE DOMAIN dm AS int;
CREATE TABLE d (x dm);
CREATE SEQUENCE sq;
CREATE TABLE f (id int DEFAULT nextval('sq'));
CREATE FUNCTION fn() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE g (x int DEFAULT fn());
CREATE SCHEMA s;
CREATE TABLE s.t (id serial, "Weird" int check ("Weird" > 0));
CREATE VIEW vs AS SELECT * FROM s.t;
CREATE MATERIALIZED VIEW mv AS SELECT v FROM vb;
