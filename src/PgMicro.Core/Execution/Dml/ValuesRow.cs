using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>One row of values: INSERT's when it has but parameters, constants and sequence values.</summary>
internal sealed class ValuesRow(PgDatum[] values) : RowSource
{
    private bool _read;

    internal override bool Read()
    {
        var first = !_read;
        _read = true;
        return first;
    }

    internal override DatumKind Kind(int column) => values[column].Kind;

    internal override long GetInt64(int column) => values[column].Int64;

    internal override double GetDouble(int column) => values[column].Double;

    internal override ReadOnlySpan<byte> GetBytes(int column) => values[column].Bytes;

    public override void Dispose()
    {
    }
}
