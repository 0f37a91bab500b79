using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

internal static unsafe partial class FunctionArgument
{
    internal static PgNumeric PgNumeric(nint* values, int index) => Types.PgNumeric.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static PgInterval PgInterval(nint* values, int index) => Types.PgInterval.FromStorage(SqliteFunctionArgs.Blob(values, index));

    internal static Types.Network.PgInet PgInet(nint* values, int index) => Types.Network.PgInet.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgPoint PgPoint(nint* values, int index) => Types.Geometric.PgPoint.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgLseg PgLseg(nint* values, int index) => Types.Geometric.PgLseg.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgLine PgLine(nint* values, int index) => Types.Geometric.PgLine.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgBox PgBox(nint* values, int index) => Types.Geometric.PgBox.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgCircle PgCircle(nint* values, int index) => Types.Geometric.PgCircle.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgPath PgPath(nint* values, int index) => Types.Geometric.PgPath.FromStorage(SqliteFunctionArgs.Utf8(values, index));

    internal static Types.Geometric.PgPolygon PgPolygon(nint* values, int index) => Types.Geometric.PgPolygon.FromStorage(SqliteFunctionArgs.Utf8(values, index));
}
