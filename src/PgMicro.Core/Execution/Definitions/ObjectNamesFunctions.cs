using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>pg_describe_object, pg_identify_object and pg_identify_object_as_address.</summary>
internal static class ObjectNamesFunctions
{
    private static readonly RecordShape Identity = RecordShape.Get(
        [TypeOid.Text, TypeOid.Text, TypeOid.Text, TypeOid.Text], [-1, -1, -1, -1], ["type", "schema", "name", "identity"]);

    private static readonly RecordShape Address = RecordShape.Get(
        [TypeOid.Text, TypeOid.TextArray, TypeOid.TextArray], [-1, -1, -1], ["type", "object_names", "object_args"]);

    [PgFunction("pg_describe_object(oid,oid,integer)")]
    public static string? Describe(FunctionContext context, uint classId, uint objectId, int subId) => classId == 0 && objectId == 0
        ? null
        : ObjectDescriptions.Describe(context.Catalog, new ObjectAddress(classId, objectId, subId), context.SearchPath(includeImplicit: true));

    [PgFunction("pg_identify_object(oid,oid,integer)")]
    public static PgDatum Identify(FunctionContext context, uint classId, uint objectId, int subId)
    {
        var found = Find(context, classId, objectId, subId);
        return Records(context).ToStorage(Identity, [PgDatum.FromText(found?.Kind ?? Missing(classId)), Quoted(found?.Schema), Quoted(found?.Name), Text(found?.Identity)]);
    }

    [PgFunction("pg_identify_object_as_address(oid,oid,integer)")]
    public static PgDatum IdentifyAsAddress(FunctionContext context, uint classId, uint objectId, int subId)
    {
        var found = Find(context, classId, objectId, subId);
        return Records(context).ToStorage(Address, [PgDatum.FromText(found?.Kind ?? Missing(classId)), Array(context, found?.Names), Array(context, found?.Arguments)]);
    }

    /// <summary>An array of text.</summary>
    internal static PgDatum Array(FunctionContext context, string[]? items) => items is null
        ? PgDatum.Null
        : ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. items.Select(static i => PgDatum.FromText(i))]));

    private static AnonymousRecordCodec Records(FunctionContext context) => (AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record);

    private static PgDatum Text(string? text) => text is null ? PgDatum.Null : PgDatum.FromText(text);

    private static PgDatum Quoted(string? name) => name is null ? PgDatum.Null : PgDatum.FromText(CatalogNames.QuoteIdentifier(name));

    private static string Missing(uint classId) =>
        ObjectIdentity.KindOfMissing(classId) ?? throw new PgException(SqlState.InternalError, $"unsupported object class: {classId}");

    private static ObjectIdentity? Find(FunctionContext context, uint classId, uint oid, int subId) =>
        ObjectIdentity.Of(context.Catalog, new ObjectAddress(classId, oid, subId), Functions.Session.SessionInformation.TempSchema(context));
}
