using System.Buffers;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Types;

/// <summary>The binary protocol form of arrays.</summary>
internal static class ArrayBinary
{
    public static PgArray Read(ReadOnlySpan<byte> binary, PgTypeCodec element, int typmod, TypeContext context)
    {
        var reader = new WireReader(binary);
        var ndim = reader.Int32();
        if (ndim < 0)
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, $"invalid number of dimensions: {ndim}");
        }

        if (ndim > PgArray.MaxDimensions)
        {
            throw new PgException(
                SqlState.ProgramLimitExceeded, $"number of array dimensions ({ndim}) exceeds the maximum allowed ({PgArray.MaxDimensions})");
        }

        if (reader.Int32() is not (0 or 1))
        {
            throw new PgException(SqlState.InvalidBinaryRepresentation, "invalid array flags");
        }

        var type = (uint)reader.Int32();
        if (type != element.Oid)
        {
            var given = context.Types.FindCodec(type)?.Name ?? "???";
            throw new PgException(
                SqlState.DatatypeMismatch, $"binary data has array element type {type} ({given}) instead of expected {element.Oid} ({element.Name})");
        }

        var dimensions = new int[ndim];
        var lowerBounds = new int[ndim];
        for (var i = 0; i < ndim; i++)
        {
            dimensions[i] = reader.Int32();
            lowerBounds[i] = reader.Int32();
        }

        var count = PgArray.CountItems(dimensions);
        if (count > reader.Rest.Length / 4)
        {
            throw PgErrors.InsufficientData();
        }

        var elements = new PgDatum[count];
        for (var i = 0; i < count; i++)
        {
            var length = reader.Int32();
            if (length < -1 || length > reader.Rest.Length)
            {
                throw new PgException(SqlState.InvalidBinaryRepresentation, "insufficient data left in message");
            }

            elements[i] = length == -1 ? PgDatum.Null : element.Receive(reader.Bytes(length), typmod, context);
        }

        reader.End();
        return count == 0 ? new PgArray(element.Oid, []) : new PgArray(element.Oid, dimensions, lowerBounds, elements);
    }

    public static void Write(PgArray array, PgTypeCodec element, TypeContext context, IBufferWriter<byte> writer)
    {
        writer.WriteInt32(array.Dimensions.Length);
        writer.WriteInt32(array.HasNull ? 1 : 0);
        writer.WriteInt32((int)element.Oid);
        for (var i = 0; i < array.Dimensions.Length; i++)
        {
            writer.WriteInt32(array.Dimensions[i]);
            writer.WriteInt32(array.LowerBounds[i]);
        }

        var scratch = new ArrayBufferWriter<byte>();
        foreach (ref readonly var value in array.Elements.AsSpan())
        {
            if (value.IsNull)
            {
                writer.WriteInt32(-1);
                continue;
            }

            scratch.ResetWrittenCount();
            element.Send(value, context, scratch);
            writer.WriteInt32(scratch.WrittenCount);
            writer.Write(scratch.WrittenSpan);
        }
    }
}
