using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>Rows: made, taken apart, changed, tested. A named composite's fields go by attribute number.</summary>
internal static unsafe class Composites
{
    /// <summary>(composite type OID, fields …).</summary>
    internal static void Row(nint context, nint* values, int count)
    {
        var codec = (RecordCodec)FunctionArgument.Context(context).Types.GetCodec(FunctionArgument.UInt32(values, 0));
        FunctionResult.Write(context, codec.ToStorage(Fields(values, count)));
    }

    /// <summary>(shape id, fields …).</summary>
    internal static void Record(nint context, nint* values, int count) =>
        FunctionResult.Write(context, Anonymous(FunctionArgument.Context(context)).ToStorage(RecordShape.FromId(FunctionArgument.Int32(values, 0))!, Fields(values, count)));

    /// <summary>(row type OID, row, field number).</summary>
    internal static void Field(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1))
        {
            return;
        }

        var session = FunctionArgument.Context(context);
        var storage = FunctionArgument.Bytes(values, 1);
        var fields = session.Types.GetCodec(session.Catalog.GetBaseType(FunctionArgument.UInt32(values, 0))) is RecordCodec codec
            ? codec.FromStorage(storage)
            : Anonymous(session).FromStorage(storage, out _);
        var number = FunctionArgument.Int32(values, 2);
        if (number <= fields.Length)
        {
            FunctionResult.Write(context, fields[number - 1]);
        }
    }

    /// <summary>(row type OID, row or NULL, field number, value): the row with the field changed.</summary>
    internal static void SetField(nint context, nint* values, int count)
    {
        var codec = (RecordCodec)FunctionArgument.Context(context).Types.GetCodec(FunctionArgument.UInt32(values, 0));
        var fields = FunctionArgument.IsNull(values, 1) ? new PgDatum[codec.Fields.Count] : codec.FromStorage(FunctionArgument.Bytes(values, 1));
        fields[FunctionArgument.Int32(values, 2) - 1] = FunctionArgument.Datum(values, 3);
        FunctionResult.Write(context, codec.ToStorage(fields));
    }

    /// <summary>(composite type OID, row): the row as a record.</summary>
    internal static void ToRecord(nint context, nint* values, int count)
    {
        if (!FunctionArgument.IsNull(values, 1))
        {
            var session = FunctionArgument.Context(context);
            var fields = Live(session, FunctionArgument.UInt32(values, 0), FunctionArgument.Bytes(values, 1), out var shape);
            FunctionResult.Write(context, Anonymous(session).ToStorage(shape, fields));
        }
    }

    /// <summary>(row type OID, row type OID of an ancestor, row): the columns that the ancestor has, in its order.</summary>
    internal static void ConvertRow(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 2))
        {
            return;
        }

        var session = FunctionArgument.Context(context);
        var (from, to) = (FunctionArgument.UInt32(values, 0), FunctionArgument.UInt32(values, 1));
        var map = Inheritance.Map(session.Catalog, session.Catalog.Type(to)!.typrelid, session.Catalog.Type(from)!.typrelid);
        var fields = ((RecordCodec)session.Types.GetCodec(from)).FromStorage(FunctionArgument.Bytes(values, 2));
        var target = (RecordCodec)session.Types.GetCodec(to);
        var result = new PgDatum[target.Fields.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = map[i + 1] is > 0 and var number && number <= fields.Length ? fields[number - 1] : PgDatum.Null;
        }

        FunctionResult.Write(context, target.ToStorage(result));
    }

    /// <summary>(row type OID, row, wanted): whether all fields are NULL (wanted 1) or none is (wanted 0).</summary>
    internal static void AllNull(nint context, nint* values, int count)
    {
        var wanted = FunctionArgument.Boolean(values, 2);
        var result = FunctionArgument.IsNull(values, 1) ? wanted
            : Live(FunctionArgument.Context(context), FunctionArgument.UInt32(values, 0), FunctionArgument.Bytes(values, 1), out _)
                .All(wanted ? static f => f.IsNull : static f => !f.IsNull);
        FunctionResult.Write(context, result);
    }

    /// <summary>(shape id, record): the record, once its columns are those of the column definition list.</summary>
    internal static void CheckShape(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1))
        {
            return;
        }

        var wanted = RecordShape.FromId(FunctionArgument.Int32(values, 0))!;
        var storage = FunctionArgument.Bytes(values, 1);
        var found = AnonymousRecordCodec.Split(storage, out _);
        if (found.Types.Count != wanted.Types.Count)
        {
            throw Mismatch(
                $"Returned row contains {found.Types.Count} attribute{(found.Types.Count == 1 ? "" : "s")}, but query expects {wanted.Types.Count}.");
        }

        var types = FunctionArgument.Context(context).Types;
        for (var i = 0; i < found.Types.Count; i++)
        {
            if (found.Types[i] != wanted.Types[i])
            {
                throw Mismatch(
                    $"Returned type {types.GetCodec(found.Types[i]).Name} at ordinal position {i + 1}, but query expects {types.GetCodec(wanted.Types[i]).Name}.");
            }
        }

        FunctionResult.Write(context, PgDatum.FromText(storage.ToArray()));
    }

    /// <summary>The codec of anonymous records.</summary>
    internal static AnonymousRecordCodec Anonymous(TypeContext context) => (AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record);

    /// <summary>The fields of a value of any row type, dropped ones left out, and their shape.</summary>
    internal static PgDatum[] Live(FunctionContext context, uint type, ReadOnlySpan<byte> storage, out RecordShape shape)
    {
        type = context.Catalog.GetBaseType(type);
        if (context.Types.GetCodec(type) is not RecordCodec codec)
        {
            return Anonymous(context).FromStorage(storage, out shape);
        }

        var attributes = context.Catalog.Attributes(context.Catalog.Type(type)!.typrelid).Where(static a => !a.attisdropped).ToArray();
        shape = RecordShape.Get(
            attributes.Select(static a => a.atttypid), attributes.Select(static a => a.atttypmod), attributes.Select(static a => a.attname));
        var fields = codec.FromStorage(storage);
        return attributes.Length == fields.Length ? fields : [.. attributes.Select(a => fields[a.attnum - 1])];
    }

    private static PgDatum[] Fields(nint* values, int count)
    {
        var fields = new PgDatum[count - 1];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = FunctionArgument.Datum(values, i + 1);
        }

        return fields;
    }

    private static PgException Mismatch(string detail) =>
        new PgException(SqlState.DatatypeMismatch, "function return row and query-specified return row do not match").WithDetail(detail);
}
