using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>Rows held in memory: results of utility statements, staged rows, spooled portals.</summary>
internal sealed class BufferedRowSource(IReadOnlyList<PgDatum[]> rows) : RowSource
{
    private int _row = -1;

    internal override bool Read()
    {
        if (_row + 1 >= rows.Count)
        {
            return false;
        }

        _row++;
        return true;
    }

    internal override DatumKind Kind(int column) => rows[_row][column].Kind;

    internal override long GetInt64(int column) => rows[_row][column].Int64;

    internal override double GetDouble(int column) => rows[_row][column].Double;

    internal override ReadOnlySpan<byte> GetBytes(int column) => rows[_row][column].Bytes;

    internal override bool IsInMemory => true;

    internal override RowSource Spool(int width) => this;

    public override void Dispose()
    {
    }
}
