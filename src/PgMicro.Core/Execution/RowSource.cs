using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>Rows of a running statement, read forwards, values in storage form.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Moves to the next row.</summary>
    internal abstract bool Read();

    /// <summary>Storage class of a value of the current row.</summary>
    internal abstract DatumKind Kind(int column);

    /// <summary>An Integer value.</summary>
    internal abstract long GetInt64(int column);

    /// <summary>A Real or Integer value.</summary>
    internal abstract double GetDouble(int column);

    /// <summary>Bytes of a Text or Blob value, valid until the next row.</summary>
    internal abstract ReadOnlySpan<byte> GetBytes(int column);

    /// <summary>A value detached from the row.</summary>
    internal PgDatum GetDatum(int column) => Kind(column) switch
    {
        DatumKind.Null => PgDatum.Null,
        DatumKind.Integer => PgDatum.FromInt64(GetInt64(column)),
        DatumKind.Real => PgDatum.FromDouble(GetDouble(column)),
        DatumKind.Text => PgDatum.FromText(GetBytes(column).ToArray()),
        _ => PgDatum.FromBlob(GetBytes(column).ToArray()),
    };

    /// <summary>Whether all rows are in memory, where no other session can take them away.</summary>
    internal virtual bool IsInMemory => false;

    /// <summary>
    /// What to read on from when its SQLite statement has to go: the rows that are left, of so many columns, in memory.
    /// </summary>
    internal virtual RowSource Spool(int width)
    {
        var rest = new RowBuffer();
        rest.Clear(width);
        while (Read())
        {
            rest.Append(this);
        }

        Dispose();
        return rest;
    }

    /// <summary>Ends the statement.</summary>
    public abstract void Dispose();
}
