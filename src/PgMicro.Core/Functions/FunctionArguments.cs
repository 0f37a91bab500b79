using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

/// <summary>The remaining arguments of a VARIADIC "any" function.</summary>
internal readonly unsafe ref struct FunctionArguments(nint* values, int count)
{
    private readonly nint* _values = values;

    /// <summary>How many there are.</summary>
    public int Count { get; } = count;

    public bool IsNull(int index) => SqliteFunctionArgs.IsNull(_values, index);

    public PgDatum Datum(int index) => FunctionArgument.Datum(_values, index);

    public ReadOnlySpan<byte> Bytes(int index) => SqliteFunctionArgs.Blob(_values, index);

    public long Int64(int index) => SqliteFunctionArgs.Int64(_values, index);

    public bool IsText(int index) => SqliteFunctionArgs.Kind(_values, index) == SqliteValueKind.Text;
}
