using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>What DROP IF EXISTS says of something that does not exist (PostgreSQL's does_not_exist_skipping): its schema or a type of its signature may be what is missing.</summary>
internal static class MissingObjects
{
    /// <summary>Sends the NOTICE.</summary>
    internal static void Skip(DdlContext ddl, Pg.ObjectType type, Pg.Node item) =>
        ddl.Notice(Missing(ddl, type, item) + ", skipping");

    /// <summary>DROP TABLESPACE: there are the two that every cluster has, and nobody may drop those.</summary>
    internal static string DropTablespace(DdlContext ddl, Pg.DropTableSpaceStmt statement)
    {
        ddl.Session.RejectInBlock("DROP TABLESPACE", isWritingItself: true);

        if (ddl.Catalog.FindTablespace(statement.Tablespacename) is not null)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for tablespace {statement.Tablespacename}");
        }

        return Absent(ddl, statement.MissingOk, $"tablespace \"{statement.Tablespacename}\" does not exist", "DROP TABLESPACE");
    }

    private static string Absent(DdlContext ddl, bool missingOk, string message, string tag)
    {
        if (!missingOk)
        {
            throw new PgException(SqlState.UndefinedObject, message);
        }

        ddl.Notice(message + ", skipping");
        return tag;
    }

    private static string Missing(DdlContext ddl, Pg.ObjectType type, Pg.Node item)
    {
        switch (type)
        {
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                return Type(ddl, item.TypeName) ?? $"type \"{Written(item.TypeName)}\" does not exist";
            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                var routine = item.ObjectWithArgs;
                var names = NamespaceLookup.Strings(routine.Objname);
                var what = type.ToString()["Object".Length..].ToLowerInvariant();
                return Schema(ddl, names) ?? Types(ddl, routine.Objargs) ?? $"{what} {string.Join('.', names)}({string.Join(',', routine.Objargs.Select(a => Written(a.TypeName)))}) does not exist";
            case Pg.ObjectType.ObjectOperator:
                var op = item.ObjectWithArgs;
                var name = NamespaceLookup.Strings(op.Objname);
                return Schema(ddl, name) ?? Types(ddl, op.Objargs) ?? $"operator {string.Join('.', name)} does not exist";
            case Pg.ObjectType.ObjectCast:
                var (source, target) = (item.List.Items[0].TypeName, item.List.Items[1].TypeName);
                return Type(ddl, source) ?? Type(ddl, target) ?? $"cast from type {Written(source)} to type {Written(target)} does not exist";
            case Pg.ObjectType.ObjectTransform:
                var transformed = item.List.Items[0].TypeName;
                return Type(ddl, transformed) ?? $"transform for type {Written(transformed)} language \"{item.List.Items[1].String.Sval}\" does not exist";
            case Pg.ObjectType.ObjectRule or Pg.ObjectType.ObjectTrigger or Pg.ObjectType.ObjectPolicy:
                var parts = item.Names();
                return Schema(ddl, parts[..^1])
                    ?? (ObjectLookup.Relation(ddl.ParseState, parts[..^1], true) is null
                        ? $"relation \"{string.Join('.', parts[..^1])}\" does not exist"
                        : $"{type.ToString()["Object".Length..].ToLowerInvariant()} \"{parts[^1]}\" for relation \"{string.Join('.', parts[..^1])}\" does not exist");
            case Pg.ObjectType.ObjectOpclass or Pg.ObjectType.ObjectOpfamily:
                var classified = item.Names();
                return Schema(ddl, classified[1..])
                    ?? $"operator {(type == Pg.ObjectType.ObjectOpclass ? "class" : "family")} \"{string.Join('.', classified[1..])}\" does not exist for access method \"{classified[0]}\"";
            default:
                if (item.NodeCase != Pg.Node.NodeOneofCase.List)
                {
                    return $"{(type == Pg.ObjectType.ObjectFdw ? "foreign-data wrapper" : Drop.Word(type).ToLowerInvariant())} \"{item.String.Sval}\" does not exist";
                }

                var listed = item.Names();
                return Schema(ddl, listed) ?? $"{(type == Pg.ObjectType.ObjectStatisticExt ? "statistics object" : Drop.Word(type).ToLowerInvariant())} \"{string.Join('.', listed)}\" does not exist";
        }
    }

    private static string? Schema(DdlContext ddl, string[] names) =>
        names.Length > 1 && ddl.Catalog.FindNamespace(names[^2]) is null ? $"schema \"{names[^2]}\" does not exist" : null;

    private static string? Types(DdlContext ddl, IEnumerable<Pg.Node> types) =>
        types.Where(t => t.TypeName is not null).Select(t => Type(ddl, t.TypeName)).FirstOrDefault(t => t is not null);

    private static string? Type(DdlContext ddl, Pg.TypeName name) =>
        ObjectLookup.SchemaIsMissing(ddl.ParseState, name) ? $"schema \"{name.Names[^2].String.Sval}\" does not exist"
        : TypeNames.Lookup(ddl.ParseState, name) is null ? $"type \"{Written(name)}\" does not exist"
        : null;

    // TypeNameToString: the name as it was written, so that int is pg_catalog.int4.
    private static string Written(Pg.TypeName? name) =>
        name is null ? "none" : string.Join('.', NamespaceLookup.Strings(name.Names)) + (name.PctType ? "%TYPE" : "") + (name.ArrayBounds.Count > 0 ? "[]" : "");
}
