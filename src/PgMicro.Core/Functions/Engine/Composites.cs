using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Engine;

/// <summary>ROW(…) and fields.</summary>
internal static unsafe class Composites
{
    /// <summary>(site, fields …).</summary>
    internal static void Row(nint context, nint* values, int count)
    {
        var site = FunctionArgument.Site(values);
        var types = FunctionArgument.Context(context).Types;
        var codec = site.ResultType == TypeOid.Record || types.FindCodec(site.ResultType) is not RecordCodec known
            ? new RecordCodec(TypeOid.Record, TypeOid.RecordArray, "record", [.. site.ArgumentTypes.Select(types.GetCodec)])
            : known;
        var fields = new PgDatum[count - 1];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = FunctionArgument.Datum(values, i + 1);
        }

        FunctionResult.Write(context, codec.ToStorage(fields));
    }

    /// <summary>(site, row, field number).</summary>
    internal static void Field(nint context, nint* values, int count)
    {
        if (FunctionArgument.IsNull(values, 1))
        {
            return;
        }

        var site = FunctionArgument.Site(values);
        var session = FunctionArgument.Context(context);
        if (session.Types.GetCodec(session.Catalog.GetBaseType(site.ArgumentTypes[0])) is not RecordCodec codec)
        {
            throw PgErrors.FeatureNotSupported("a field of an anonymous record");
        }

        FunctionResult.Write(context, codec.FromStorage(FunctionArgument.Bytes(values, 1))[FunctionArgument.Int32(values, 2) - 1]);
    }
}
