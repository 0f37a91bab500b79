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
        return Records(context).ToStorage(Identity, [Text(found.Kind), Text(found.Schema), Text(found.Name), Text(found.Identity)]);
    }

    [PgFunction("pg_identify_object_as_address(oid,oid,integer)")]
    public static PgDatum IdentifyAsAddress(FunctionContext context, uint classId, uint objectId, int subId)
    {
        var found = Find(context, classId, objectId, subId);
        PgDatum Array(string[]? items) => items is null
            ? PgDatum.Null
            : ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. items.Select(static i => PgDatum.FromText(i))]));
        return Records(context).ToStorage(Address, [Text(found.Kind), Array(found.Names), Array(found.Names is null ? null : [])]);
    }

    private static AnonymousRecordCodec Records(FunctionContext context) => (AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record);

    private static PgDatum Text(string? text) => text is null ? PgDatum.Null : PgDatum.FromText(text);

    private static (string? Kind, string? Schema, string? Name, string? Identity, string[]? Names) Find(FunctionContext context, uint classId, uint oid, int subId)
    {
        var catalog = context.Catalog;
        string Quoted(uint space, string name) => Identifiers.QuoteQualified(catalog.Namespace(space)?.nspname, name);
        string Schema(uint space) => catalog.Namespace(space)!.nspname;
        switch (classId)
        {
            case PgClass.RelationOid when catalog.Class(oid) is { } relation:
                var kind = relation.relkind switch
                {
                    'i' or 'I' => "index",
                    'S' => "sequence",
                    't' => "toast table",
                    'v' => "view",
                    'm' => "materialized view",
                    'c' => "composite type",
                    'f' => "foreign table",
                    _ => "table",
                };
                var shown = Quoted(relation.relnamespace, relation.relname);
                return subId == 0
                    ? (kind, Identifiers.Quote(Schema(relation.relnamespace)), Identifiers.Quote(relation.relname), shown, [Schema(relation.relnamespace), relation.relname])
                    : catalog.Attribute(oid, subId) is { } column
                        ? (kind + " column", Identifiers.Quote(Schema(relation.relnamespace)), Identifiers.Quote(relation.relname), $"{shown}.{Identifiers.Quote(column.attname)}",
                            [Schema(relation.relnamespace), relation.relname, column.attname])
                        : (null, null, null, null, null);
            case PgType.RelationOid when catalog.Type(oid) is { } type:
                var typeName = CatalogNames.FormatType(catalog, oid, []);
                return ("type", Identifiers.Quote(Schema(type.typnamespace)), typeName.Contains('.') ? Identifiers.Quote(type.typname) : typeName, typeName, [typeName]);
            case PgNamespace.RelationOid when catalog.Namespace(oid) is { } schema:
                return ("schema", null, Identifiers.Quote(schema.nspname), Identifiers.Quote(schema.nspname), [schema.nspname]);
            case PgAuthid.RelationOid when catalog.Role(oid) is { } role:
                return ("role", null, Identifiers.Quote(role.rolname), Identifiers.Quote(role.rolname), [role.rolname]);
            case PgExtension.RelationOid when catalog.Find(PgExtension.Relation, new(oid)) is { } extension:
                return ("extension", null, Identifiers.Quote(extension.extname), Identifiers.Quote(extension.extname), [extension.extname]);
            case PgLanguage.RelationOid when catalog.Language(oid) is { } language:
                return ("language", null, Identifiers.Quote(language.lanname), Identifiers.Quote(language.lanname), [language.lanname]);
            case PgCollation.RelationOid when catalog.Collation(oid) is { } collation:
                return ("collation", Identifiers.Quote(Schema(collation.collnamespace)), Identifiers.Quote(collation.collname), Quoted(collation.collnamespace, collation.collname),
                    [Schema(collation.collnamespace), collation.collname]);
            case PgStatisticExt.RelationOid when catalog.Find(PgStatisticExt.Relation, new(oid)) is { } statistics:
                return ("statistics object", Identifiers.Quote(Schema(statistics.stxnamespace)), Identifiers.Quote(statistics.stxname), Quoted(statistics.stxnamespace, statistics.stxname),
                    [Schema(statistics.stxnamespace), statistics.stxname]);
            case PgConstraint.RelationOid when catalog.Constraint(oid) is { } constraint && catalog.Class(constraint.conrelid) is { } table:
                return ("table constraint", Identifiers.Quote(Schema(constraint.connamespace)), null, $"{Identifiers.Quote(constraint.conname)} on {Quoted(table.relnamespace, table.relname)}",
                    [Schema(table.relnamespace), table.relname, constraint.conname]);
            case PgConstraint.RelationOid when catalog.Constraint(oid) is { } check && catalog.Type(check.contypid) is { } domain:
                return ("domain constraint", Identifiers.Quote(Schema(check.connamespace)), null, $"{Identifiers.Quote(check.conname)} on {CatalogNames.FormatType(catalog, domain.oid, [])}",
                    [CatalogNames.FormatType(catalog, domain.oid, []), check.conname]);
            case PgAttrdef.RelationOid when catalog.Find(PgAttrdef.Relation, new(oid)) is { } dflt:
                var owner = catalog.Class(dflt.adrelid)!;
                var attribute = catalog.Attribute(dflt.adrelid, dflt.adnum)!;
                return ("default value", null, null, $"for {Quoted(owner.relnamespace, owner.relname)}.{Identifiers.Quote(attribute.attname)}",
                    [Schema(owner.relnamespace), owner.relname, attribute.attname]);
            case PgRewrite.RelationOid when catalog.Find(PgRewrite.Relation, new(oid)) is { } rule:
                var view = catalog.Class(rule.ev_class)!;
                return ("rule", null, null, $"{Identifiers.Quote(rule.rulename)} on {Quoted(view.relnamespace, view.relname)}", [Schema(view.relnamespace), view.relname, rule.rulename]);
            case PgPolicy.RelationOid when catalog.Find(PgPolicy.Relation, new(oid)) is { } policy && catalog.Class(policy.polrelid) is { } guarded:
                return ("policy", null, null, $"{Identifiers.Quote(policy.polname)} on {Quoted(guarded.relnamespace, guarded.relname)}",
                    [Schema(guarded.relnamespace), guarded.relname, policy.polname]);
            case PgTrigger.RelationOid when catalog.Find(PgTrigger.Relation, new(oid)) is { } trigger:
                var fired = catalog.Class(trigger.tgrelid)!;
                return ("trigger", null, null, $"{Identifiers.Quote(trigger.tgname)} on {Quoted(fired.relnamespace, fired.relname)}", [Schema(fired.relnamespace), fired.relname, trigger.tgname]);
            case PgProc.RelationOid or PgOperator.RelationOid or PgCast.RelationOid or PgOpclass.RelationOid or PgOpfamily.RelationOid or PgAm.RelationOid:
                throw PgErrors.FeatureNotSupported("identifying an object of this kind");
            default:
                return (null, null, null, null, null);
        }
    }
}
