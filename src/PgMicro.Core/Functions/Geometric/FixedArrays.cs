using PgMicro.Core.Errors;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Geometric;

namespace PgMicro.Core.Functions.Geometric;

/// <summary>Points, segments, boxes and lines as the arrays of fixed length that PostgreSQL lets one subscript, counted from 0.</summary>
internal static unsafe class FixedArrays
{
    // (type, value, subscript): one element, NULL outside.
    internal static void Read(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1) || FunctionArgument.IsNull(values, 2))
        {
            return;
        }

        var index = FunctionArgument.Int32(values, 2);
        var bytes = FunctionArgument.Bytes(values, 1);
        switch (FunctionArgument.UInt32(values, 0))
        {
            case TypeOid.Point when index is 0 or 1:
                var point = PgPoint.FromStorage(bytes);
                FunctionResult.Write(context, index == 0 ? point.X : point.Y);
                break;
            case TypeOid.Lseg when index is 0 or 1:
                var lseg = PgLseg.FromStorage(bytes);
                FunctionResult.Write(context, index == 0 ? lseg.A : lseg.B);
                break;
            case TypeOid.Box when index is 0 or 1:
                var box = PgBox.FromStorage(bytes);
                FunctionResult.Write(context, index == 0 ? box.High : box.Low);
                break;
            case TypeOid.Line when index is >= 0 and <= 2:
                var line = PgLine.FromStorage(bytes);
                FunctionResult.Write(context, index switch { 0 => line.A, 1 => line.B, _ => line.C });
                break;
            default:
                break;
        }
    }

    // (type, value, element, subscript): the value with the element changed; unchanged when either is NULL.
    internal static void Write(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 3))
        {
            throw new PgException(SqlState.NullValueNotAllowed, "array subscript in assignment must not be null");
        }

        if (FunctionArgument.IsNull(values, 1))
        {
            return;
        }

        if (FunctionArgument.IsNull(values, 2))
        {
            FunctionResult.Write(context, FunctionArgument.Datum(values, 1));
            return;
        }

        var type = FunctionArgument.UInt32(values, 0);
        var index = FunctionArgument.Int32(values, 3);
        if (index < 0 || index > (type == TypeOid.Line ? 2 : 1))
        {
            throw new PgException(SqlState.ArraySubscriptError, "array subscript out of range");
        }

        var bytes = FunctionArgument.Bytes(values, 1);
        switch (type)
        {
            case TypeOid.Point:
                var point = PgPoint.FromStorage(bytes);
                var coordinate = FunctionArgument.Double(values, 2);
                FunctionResult.Write(context, index == 0 ? point with { X = coordinate } : point with { Y = coordinate });
                break;
            case TypeOid.Lseg:
                var lseg = PgLseg.FromStorage(bytes);
                var end = PgPoint.FromStorage(FunctionArgument.Bytes(values, 2));
                FunctionResult.Write(context, index == 0 ? lseg with { A = end } : lseg with { B = end });
                break;
            case TypeOid.Box:
                var box = PgBox.FromStorage(bytes);
                var corner = PgPoint.FromStorage(FunctionArgument.Bytes(values, 2));
                FunctionResult.Write(context, index == 0 ? box with { High = corner } : box with { Low = corner });
                break;
            default:
                var line = PgLine.FromStorage(bytes);
                var factor = FunctionArgument.Double(values, 2);
                FunctionResult.Write(context, index switch { 0 => line with { A = factor }, 1 => line with { B = factor }, _ => line with { C = factor } });
                break;
        }
    }
}
