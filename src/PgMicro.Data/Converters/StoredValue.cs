using PgMicro.Core.Execution;
using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>A value in storage form, of a live row or detached.</summary>
internal readonly ref struct StoredValue
{
    private readonly long _integer;
    private readonly double _real;

    internal StoredValue(Portal portal, int column)
    {
        Kind = portal.Kind(column);
        switch (Kind)
        {
            case DatumKind.Integer:
                _integer = portal.GetInt64(column);
                break;
            case DatumKind.Real:
                _real = portal.GetDouble(column);
                break;
            case DatumKind.Text or DatumKind.Blob:
                Bytes = portal.GetBytes(column);
                break;
        }
    }

    internal StoredValue(in PgDatum datum)
    {
        Kind = datum.Kind;
        switch (Kind)
        {
            case DatumKind.Integer:
                _integer = datum.Int64;
                break;
            case DatumKind.Real:
                _real = datum.Double;
                break;
            default:
                Bytes = datum.Bytes;
                break;
        }
    }

    internal DatumKind Kind { get; }

    internal ReadOnlySpan<byte> Bytes { get; }

    internal bool IsNull => Kind == DatumKind.Null;

    internal long Int64 => _integer;

    /// <summary>A float's value; NaN is stored as text.</summary>
    internal double Double => Kind switch { DatumKind.Real => _real, DatumKind.Integer => _integer, _ => double.NaN };

    internal string Text => System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>The value detached from its row.</summary>
    internal PgDatum ToDatum() => Kind switch
    {
        DatumKind.Null => PgDatum.Null,
        DatumKind.Integer => PgDatum.FromInt64(_integer),
        DatumKind.Real => PgDatum.FromDouble(_real),
        DatumKind.Text => PgDatum.FromText(Bytes.ToArray()),
        _ => PgDatum.FromBlob(Bytes.ToArray()),
    };
}
