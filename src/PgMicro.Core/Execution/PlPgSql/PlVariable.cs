using System.Text.Json;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>A variable of a PL/pgSQL block: a value of one type, or a record whose fields its type or the last assignment gave.</summary>
/// <param name="name">Its name.</param>
/// <param name="rowType">The fields of a record, none where only an assignment gives them; null for other variables.</param>
internal sealed class PlVariable(string name, IReadOnlyList<PlField>? rowType = null)
{
    internal string Name => name;

    internal uint Type { get; set; }

    internal int Typmod { get; set; } = -1;

    internal bool IsConstant { get; init; }

    internal bool IsNotNull { get; init; }

    /// <summary>The line of its declaration.</summary>
    internal int Line { get; init; }

    /// <summary>What it is given each time that its block is entered.</summary>
    internal JsonElement? Default { get; init; }

    internal PgDatum Value { get; set; }

    /// <summary>The fields of a record; null for other variables, empty for a record that has not been assigned.</summary>
    internal List<PlField>? Fields { get; set; } = Copy(rowType);

    internal bool IsRecord => Fields is not null;

    /// <summary>Makes it NULL.</summary>
    internal void Clear()
    {
        Value = PgDatum.Null;
        Fields = Copy(rowType);
    }

    private static List<PlField>? Copy(IReadOnlyList<PlField>? rowType) =>
        rowType is null ? null : [.. rowType.Select(static f => new PlField(f.Name, f.Type, f.Typmod) { Value = PgDatum.Null })];
}

/// <summary>A field of a record.</summary>
internal sealed class PlField(string name, uint type, int typmod)
{
    internal string Name => name;

    internal uint Type => type;

    internal int Typmod => typmod;

    internal PgDatum Value { get; set; }
}
