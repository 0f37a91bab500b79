using PgMicro.Core.Functions;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Lowering;

/// <summary>One statement of SQLite SQL that computes the rows of a bound query.</summary>
/// <param name="Sql">The text. PostgreSQL's parameter $n is ?n; values are bound in storage form.</param>
/// <param name="ColumnCount">Visible result columns; the statement may have more (junk) after them.</param>
/// <param name="RelationOids">Relations read, for locks and for the choice between base table and overlay.</param>
/// <param name="Laterals">The pgmicro_lateral modules that the text uses.</param>
internal sealed record LoweredQuery(string Sql, int ColumnCount, IReadOnlyList<uint> RelationOids, IReadOnlyList<LateralArity> Laterals)
{
    /// <summary>The names that PostgreSQL gives to the tables that are read with a table that they inherit from, by their aliases in the text; "" for all of those together.</summary>
    internal IReadOnlyDictionary<string, string>? Appends { get; init; }
}

/// <summary>A table function that is made for its number of columns: a pgmicro_lateral module, whose first argument is a plan, or the rows of a user's function.</summary>
/// <param name="Columns">Its result columns.</param>
/// <param name="Arguments">Its arguments after the plan or call site.</param>
/// <param name="IsRoutine">Whether it calls a function.</param>
internal readonly record struct LateralArity(int Columns, int Arguments, bool IsRoutine = false)
{
    /// <summary>Makes sure that a connection has it: to be called before a statement that uses it is prepared.</summary>
    internal void EnsureOn(SqliteConnectionHandle connection)
    {
        if (IsRoutine)
        {
            connection.VirtualTables.Ensure(RoutineSetModule.Get(Columns, Arguments));
        }
        else
        {
            connection.EnsureLateralModule(Columns, Arguments);
        }
    }
}
