namespace PgMicro.Core.Functions.Aggregates;

/// <summary>The window functions: SQLite's own.</summary>
[PgAggregate("row_number()", Sqlite = "row_number()")]
[PgAggregate("rank()", Sqlite = "rank()")]
[PgAggregate("dense_rank()", Sqlite = "dense_rank()")]
[PgAggregate("percent_rank()", Sqlite = "percent_rank()")]
[PgAggregate("cume_dist()", Sqlite = "cume_dist()")]
[PgAggregate("ntile(integer)", Sqlite = "ntile({0})")]
[PgAggregate("lag(anyelement)", Sqlite = "lag({0})")]
[PgAggregate("lag(anyelement,integer)", Sqlite = "lag({0}, {1})")]
[PgAggregate("lag(anycompatible,integer,anycompatible)", Sqlite = "lag({0}, {1}, {2})")]
[PgAggregate("lead(anyelement)", Sqlite = "lead({0})")]
[PgAggregate("lead(anyelement,integer)", Sqlite = "lead({0}, {1})")]
[PgAggregate("lead(anycompatible,integer,anycompatible)", Sqlite = "lead({0}, {1}, {2})")]
[PgAggregate("first_value(anyelement)", Sqlite = "first_value({0})")]
[PgAggregate("last_value(anyelement)", Sqlite = "last_value({0})")]
[PgAggregate("nth_value(anyelement,integer)", Sqlite = "nth_value({0}, {1})")]
internal static class WindowFunctions;
