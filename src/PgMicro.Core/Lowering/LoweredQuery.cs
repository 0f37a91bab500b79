namespace PgMicro.Core.Lowering;

/// <summary>One statement of SQLite SQL that computes the rows of a bound query.</summary>
/// <param name="Sql">The text. PostgreSQL's parameter $n is ?n; values are bound in storage form.</param>
/// <param name="ColumnCount">Visible result columns; the statement may have more (junk) after them.</param>
/// <param name="RelationOids">Relations read, for locks and for the choice between base table and overlay.</param>
/// <param name="Laterals">The pgmicro_lateral modules that the text uses.</param>
internal sealed record LoweredQuery(string Sql, int ColumnCount, IReadOnlyList<uint> RelationOids, IReadOnlyList<LateralArity> Laterals);

/// <summary>Shape of a pgmicro_lateral module: its result columns, and its arguments after the plan id.</summary>
internal readonly record struct LateralArity(int Columns, int Arguments);
