using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>The remaining arguments of a VARIADIC "any" function.</summary>
internal readonly unsafe ref struct FunctionArguments
{
    private readonly nint* _values;
    private readonly PgDatum[]? _elements;

    public FunctionArguments(nint* values, int count)
    {
        _values = values;
        Count = count;
    }

    /// <summary>The elements of an array as arguments.</summary>
    public FunctionArguments(PgDatum[] elements)
    {
        _elements = elements;
        Count = elements.Length;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    public bool IsNull(int index) => _elements is null ? SqliteFunctionArgs.IsNull(_values, index) : _elements[index].IsNull;

    public PgDatum Datum(int index) => _elements is null ? FunctionArgument.Datum(_values, index) : _elements[index];

    public ReadOnlySpan<byte> Bytes(int index) => _elements is null ? SqliteFunctionArgs.Blob(_values, index) : _elements[index].Bytes;

    public long Int64(int index) => _elements is null ? SqliteFunctionArgs.Int64(_values, index) : _elements[index].Int64;

    public bool IsText(int index) => _elements is null ? SqliteFunctionArgs.Kind(_values, index) == SqliteValueKind.Text : _elements[index].Kind == DatumKind.Text;
}
