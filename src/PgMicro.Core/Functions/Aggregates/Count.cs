namespace PgMicro.Core.Functions.Aggregates;

/// <summary>count(*) and count(x): SQLite's own.</summary>
[PgAggregate("count()", Sqlite = "count(*)")]
[PgAggregate("count(\"any\")", Sqlite = "count({0})")]
internal static class Count;
