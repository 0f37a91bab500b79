using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

internal static unsafe partial class FunctionArgument
{
    internal static PgNumeric PgNumeric(nint* values, int index) => Types.PgNumeric.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static PgInterval PgInterval(nint* values, int index) => Types.PgInterval.FromStorage(SqliteFunctionArgs.Blob(values, index));

    internal static Types.Network.PgInet PgInet(nint* values, int index) => Types.Network.PgInet.FromStorage(SqliteFunctionArgs.Utf8(values, index));
}
