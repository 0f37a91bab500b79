using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>pg_get_object_address, and to_regtypemod.</summary>
internal static class ObjectAddressFunction
{
    private static readonly RecordShape Shape = RecordShape.Get([TypeOid.Oid, TypeOid.Oid, TypeOid.Int4], [-1, -1, -1], ["classid", "objid", "objsubid"]);

    private static readonly Dictionary<string, Pg.ObjectType> s_types = new()
    {
        ["table"] = Pg.ObjectType.ObjectTable,
        ["index"] = Pg.ObjectType.ObjectIndex,
        ["sequence"] = Pg.ObjectType.ObjectSequence,
        ["view"] = Pg.ObjectType.ObjectView,
        ["materialized view"] = Pg.ObjectType.ObjectMatview,
        ["foreign table"] = Pg.ObjectType.ObjectForeignTable,
        ["table column"] = Pg.ObjectType.ObjectColumn,
        ["foreign table column"] = Pg.ObjectType.ObjectColumn,
        ["aggregate"] = Pg.ObjectType.ObjectAggregate,
        ["function"] = Pg.ObjectType.ObjectFunction,
        ["procedure"] = Pg.ObjectType.ObjectProcedure,
        ["type"] = Pg.ObjectType.ObjectType,
        ["cast"] = Pg.ObjectType.ObjectCast,
        ["collation"] = Pg.ObjectType.ObjectCollation,
        ["table constraint"] = Pg.ObjectType.ObjectTabconstraint,
        ["domain constraint"] = Pg.ObjectType.ObjectDomconstraint,
        ["conversion"] = Pg.ObjectType.ObjectConversion,
        ["default value"] = Pg.ObjectType.ObjectDefault,
        ["language"] = Pg.ObjectType.ObjectLanguage,
        ["large object"] = Pg.ObjectType.ObjectLargeobject,
        ["operator"] = Pg.ObjectType.ObjectOperator,
        ["operator class"] = Pg.ObjectType.ObjectOpclass,
        ["operator family"] = Pg.ObjectType.ObjectOpfamily,
        ["access method"] = Pg.ObjectType.ObjectAccessMethod,
        ["rule"] = Pg.ObjectType.ObjectRule,
        ["trigger"] = Pg.ObjectType.ObjectTrigger,
        ["schema"] = Pg.ObjectType.ObjectSchema,
        ["text search parser"] = Pg.ObjectType.ObjectTsparser,
        ["text search dictionary"] = Pg.ObjectType.ObjectTsdictionary,
        ["text search template"] = Pg.ObjectType.ObjectTstemplate,
        ["text search configuration"] = Pg.ObjectType.ObjectTsconfiguration,
        ["role"] = Pg.ObjectType.ObjectRole,
        ["database"] = Pg.ObjectType.ObjectDatabase,
        ["tablespace"] = Pg.ObjectType.ObjectTablespace,
        ["foreign-data wrapper"] = Pg.ObjectType.ObjectFdw,
        ["server"] = Pg.ObjectType.ObjectForeignServer,
        ["extension"] = Pg.ObjectType.ObjectExtension,
        ["event trigger"] = Pg.ObjectType.ObjectEventTrigger,
        ["policy"] = Pg.ObjectType.ObjectPolicy,
        ["publication"] = Pg.ObjectType.ObjectPublication,
        ["subscription"] = Pg.ObjectType.ObjectSubscription,
        ["parameter ACL"] = Pg.ObjectType.ObjectParameterAcl,
        ["transform"] = Pg.ObjectType.ObjectTransform,
        ["statistics object"] = Pg.ObjectType.ObjectStatisticExt,
    };

    // Kinds that pg_identify_object has names for and that cannot be looked up.
    private static readonly HashSet<string> s_unsupported =
    [
        "index column", "view column", "sequence column", "toast table", "toast table column", "materialized view column", "composite type", "composite type column", "routine", "role membership",
    ];

    [PgFunction("pg_get_object_address(text,text[],text[])")]
    public static PgDatum Address(FunctionContext context, string type, ReadOnlySpan<byte> objectNames, ReadOnlySpan<byte> objectArguments)
    {
        var names = Strings(context, objectNames);
        var arguments = Strings(context, objectArguments);
        var pstate = new ParseState(context.Catalog, context.SearchPath(includeImplicit: true), context);
        var found = s_types.TryGetValue(type, out var kind) ? ObjectLookup.Find(pstate, kind, Node(kind, names, arguments))
            : MemberAddresses.Find(pstate, type, names, arguments)
            ?? throw new PgException(SqlState.InvalidParameterValue, s_unsupported.Contains(type) ? $"unsupported object type \"{type}\"" : $"unrecognized object type \"{type}\"");
        return ((AnonymousRecordCodec)context.Types.GetCodec(TypeOid.Record)).ToStorage(
            Shape, [PgDatum.FromInt64(found.ClassId), PgDatum.FromInt64(found.ObjectId), PgDatum.FromInt64(found.SubId)]);
    }

    [PgFunction("to_regtypemod(text)")]
    public static int? Typmod(FunctionContext context, string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var parsed = TypeNameText.Parse(name);
        try
        {
            return TypeNames.Resolve(new ParseState(context.Catalog, context.SearchPath(includeImplicit: true), context), parsed).Typmod;
        }
        catch (PgException e) when (e.SqlState is SqlState.UndefinedObject or SqlState.InvalidSchemaName)
        {
            return null;
        }
    }

    // The name as the grammar would have it.
    private static Pg.Node Node(Pg.ObjectType kind, string[] names, string[] arguments)
    {
        switch (kind)
        {
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectCast or Pg.ObjectType.ObjectTransform or Pg.ObjectType.ObjectDomconstraint or Pg.ObjectType.ObjectLargeobject:
                MemberAddresses.Exactly("name", names, 1);
                break;
            case Pg.ObjectType.ObjectOpclass or Pg.ObjectType.ObjectOpfamily:
                MemberAddresses.AtLeast(names, 2);
                break;
            default:
                MemberAddresses.AtLeast(names, 1);
                break;
        }

        switch (kind)
        {
            case Pg.ObjectType.ObjectCast or Pg.ObjectType.ObjectTransform or Pg.ObjectType.ObjectDomconstraint:
                MemberAddresses.Exactly("argument", arguments, 1);
                break;
            case Pg.ObjectType.ObjectOperator:
                MemberAddresses.Exactly("argument", arguments, 2);
                break;
        }

        switch (kind)
        {
            case Pg.ObjectType.ObjectType:
                return new Pg.Node { TypeName = TypeNameText.Parse(names[0]) };
            case Pg.ObjectType.ObjectCast:
                return List(new Pg.Node { TypeName = TypeNameText.Parse(names[0]) }, new Pg.Node { TypeName = TypeNameText.Parse(arguments[0]) });
            case Pg.ObjectType.ObjectTransform or Pg.ObjectType.ObjectDomconstraint:
                return List(new Pg.Node { TypeName = TypeNameText.Parse(names[0]) }, String(arguments[0]));
            case Pg.ObjectType.ObjectLargeobject:
                return new Pg.Node { Float = new Pg.Float { Fval = LargeObject(names[0]) } };
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectAggregate or Pg.ObjectType.ObjectOperator:
                var signature = new Pg.ObjectWithArgs();
                signature.Objname.AddRange(names.Select(String));
                signature.Objargs.AddRange(arguments.Select(a => kind == Pg.ObjectType.ObjectOperator && a == "-" ? new Pg.Node() : new Pg.Node { TypeName = TypeNameText.Parse(a) }));
                return new Pg.Node { ObjectWithArgs = signature };
            case Pg.ObjectType.ObjectSchema or Pg.ObjectType.ObjectDatabase or Pg.ObjectType.ObjectExtension or Pg.ObjectType.ObjectTablespace or Pg.ObjectType.ObjectRole
                or Pg.ObjectType.ObjectLanguage or Pg.ObjectType.ObjectAccessMethod or Pg.ObjectType.ObjectFdw or Pg.ObjectType.ObjectForeignServer
                or Pg.ObjectType.ObjectEventTrigger or Pg.ObjectType.ObjectParameterAcl or Pg.ObjectType.ObjectPublication or Pg.ObjectType.ObjectSubscription:
                MemberAddresses.Exactly("name", names, 1);
                return String(names[0]);
            default:
                return List([.. names.Select(String)]);
        }

        static string LargeObject(string text) =>
            IntegerText.ParseUnsigned(System.Text.Encoding.UTF8.GetBytes(text), is32Bit: true, "oid").ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Pg.Node String(string text) => new() { String = new Pg.String { Sval = text } };

    private static Pg.Node List(params Pg.Node[] items)
    {
        var list = new Pg.List();
        list.Items.AddRange(items);
        return new Pg.Node { List = list };
    }

    private static string[] Strings(FunctionContext context, ReadOnlySpan<byte> array) =>
    [
        .. ArrayOperations.Parse(context, TypeOid.Text, array).Elements
            .Select(static t => t.IsNull ? throw new PgException(SqlState.InvalidParameterValue, "name or argument lists may not contain nulls") : t.GetString()),
    ];
}
