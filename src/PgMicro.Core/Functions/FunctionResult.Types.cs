using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions;

internal static partial class FunctionResult
{
    internal static void Write(nint context, PgNumeric value) => SqliteFunctionResult.Text(context, value.ToUtf8());

    internal static void Write(nint context, PgNumeric? value)
    {
        if (value is { } known)
        {
            Write(context, known);
        }
    }

    internal static void Write(nint context, PgInterval value) => Write(context, value.ToDatum());

    internal static void Write(nint context, PgInterval? value)
    {
        if (value is { } known)
        {
            Write(context, known.ToDatum());
        }
    }

    internal static void Write(nint context, Types.Network.PgInet value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgPoint value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgLseg value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgLine value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgBox value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgCircle value) => Write(context, value.ToString());

    internal static void Write(nint context, Types.Geometric.PgPath? value) => Write(context, value?.ToString());

    internal static void Write(nint context, Types.Geometric.PgPolygon? value) => Write(context, value?.ToString());

    internal static void Write(nint context, Types.Geometric.PgPoint? value) => Write(context, value?.ToString());

    internal static void Write(nint context, Types.Geometric.PgBox? value) => Write(context, value?.ToString());
}
