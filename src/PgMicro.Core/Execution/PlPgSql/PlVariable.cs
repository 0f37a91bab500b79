using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>A variable of a PL/pgSQL block: a value of one type, or a record whose fields the last assignment gave.</summary>
internal sealed class PlVariable(string name)
{
    internal string Name => name;

    internal uint Type { get; set; }

    internal int Typmod { get; set; } = -1;

    internal bool IsConstant { get; init; }

    internal bool IsNotNull { get; init; }

    internal PgDatum Value { get; set; }

    /// <summary>The fields of a record; null for other variables, empty for a record that has not been assigned.</summary>
    internal List<PlField>? Fields { get; set; }

    internal bool IsRecord => Fields is not null;
}

/// <summary>A field of a record.</summary>
internal sealed class PlField(string name, uint type, int typmod)
{
    internal string Name => name;

    internal uint Type => type;

    internal int Typmod => typmod;

    internal PgDatum Value { get; set; }
}
