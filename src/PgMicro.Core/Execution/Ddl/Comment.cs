using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>COMMENT ON (manual: "COMMENT").</summary>
internal static class Comment
{
    internal static string Execute(DdlContext ddl, Pg.CommentStmt statement)
    {
        Set(ddl, Find(ddl, statement), statement.Comment);
        return "COMMENT";
    }

    /// <summary>Writes or, when empty, removes a comment.</summary>
    internal static void Set(DdlContext ddl, ObjectAddress address, string text)
    {
        var old = ddl.Catalog.Find(PgDescription.ByObject, new(address.ClassId, address.ObjectId)).FirstOrDefault(d => d.objsubid == address.SubId);
        if (text.Length > 0)
        {
            ddl.Put(new PgDescription { objoid = address.ObjectId, classoid = address.ClassId, objsubid = address.SubId, description = text });
        }
        else if (old is not null)
        {
            ddl.Remove(old);
        }
    }

    private static ObjectAddress Find(DdlContext ddl, Pg.CommentStmt statement)
    {
        var item = statement.Object;
        switch (statement.Objtype)
        {
            case Pg.ObjectType.ObjectTable or Pg.ObjectType.ObjectIndex or Pg.ObjectType.ObjectSequence or Pg.ObjectType.ObjectView or Pg.ObjectType.ObjectMatview:
                {
                    var relation = Relation(ddl, DdlContext.Names(item.List.Items));
                    if (statement.Objtype == Pg.ObjectType.ObjectTable && relation.relkind != 'r')
                    {
                        throw new PgException(SqlState.WrongObjectType, $"\"{relation.relname}\" is not a table");
                    }

                    AlterTable.RequireKind(statement.Objtype, relation);
                    return new(PgClass.RelationOid, relation.oid);
                }

            case Pg.ObjectType.ObjectColumn:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var column = ddl.Catalog.FindAttribute(relation.oid, names[^1])
                        ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{names[^1]}\" of relation \"{relation.relname}\" does not exist");
                    return relation.relkind is 'r' or 'v' or 'm' or 'c'
                        ? new(PgClass.RelationOid, relation.oid, column.attnum)
                        : throw new PgException(SqlState.WrongObjectType, $"cannot set comment on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
                }

            case Pg.ObjectType.ObjectTabconstraint:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var constraint = ddl.Catalog.FindConstraint(relation.oid, names[^1])
                        ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{names[^1]}\" for table \"{relation.relname}\" does not exist");
                    return new(PgConstraint.RelationOid, constraint.oid);
                }

            case Pg.ObjectType.ObjectDomconstraint:
                {
                    var domain = ddl.Catalog.Type(TypeNames.ResolveOid(ddl.ParseState, item.List.Items[0].TypeName))!;
                    var name = item.List.Items[1].String.Sval;
                    var constraint = ddl.Catalog.FindDomainConstraint(domain.oid, name)
                        ?? throw new PgException(SqlState.UndefinedObject, $"constraint \"{name}\" for domain {DdlExpressions.FormatType(ddl, domain.oid)} does not exist");
                    return new(PgConstraint.RelationOid, constraint.oid);
                }

            case Pg.ObjectType.ObjectFunction or Pg.ObjectType.ObjectProcedure or Pg.ObjectType.ObjectRoutine or Pg.ObjectType.ObjectAggregate:
                return new(PgProc.RelationOid, Routine(ddl, statement.Objtype, item.ObjectWithArgs));
            case Pg.ObjectType.ObjectOperator:
                return new(PgOperator.RelationOid, Operator(ddl, item.ObjectWithArgs));
            case Pg.ObjectType.ObjectCollation:
                return new(PgCollation.RelationOid, NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(item.List.Items), -1));
            case Pg.ObjectType.ObjectStatisticExt:
                return new(PgStatisticExt.RelationOid, StatisticsObjects.Find(ddl, DdlContext.Names(item.List.Items), false)!.oid);
            case Pg.ObjectType.ObjectLargeobject:
                return new(LargeObjects.RelationOid, Owners.LargeObjectOid(ddl, item));
            case Pg.ObjectType.ObjectAccessMethod:
                return new(PgAm.RelationOid, (ddl.Catalog.FindAm(item.String.Sval)
                    ?? throw new PgException(SqlState.UndefinedObject, $"access method \"{item.String.Sval}\" does not exist")).oid);
            case Pg.ObjectType.ObjectLanguage:
                return new(PgLanguage.RelationOid, (ddl.Catalog.FindLanguage(item.String.Sval)
                    ?? throw new PgException(SqlState.UndefinedObject, $"language \"{item.String.Sval}\" does not exist")).oid);
            case Pg.ObjectType.ObjectRule:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var rule = ddl.Catalog.ViewRule(relation.oid);
                    return rule?.rulename == names[^1]
                        ? new(PgRewrite.RelationOid, rule.oid)
                        : throw new PgException(SqlState.UndefinedObject, $"rule \"{names[^1]}\" for relation \"{relation.relname}\" does not exist");
                }

            case Pg.ObjectType.ObjectTrigger or Pg.ObjectType.ObjectPolicy:
                {
                    var names = DdlContext.Names(item.List.Items);
                    var relation = Relation(ddl, names[..^1]);
                    var kind = statement.Objtype == Pg.ObjectType.ObjectTrigger ? "trigger" : "policy";
                    throw new PgException(SqlState.UndefinedObject, $"{kind} \"{names[^1]}\" for table \"{relation.relname}\" does not exist");
                }

            case Pg.ObjectType.ObjectCast:
                {
                    var source = TypeNames.ResolveOid(ddl.ParseState, item.List.Items[0].TypeName);
                    var target = TypeNames.ResolveOid(ddl.ParseState, item.List.Items[1].TypeName);
                    return new(PgCast.RelationOid, (ddl.Catalog.FindCast(source, target) ?? throw new PgException(
                        SqlState.UndefinedObject,
                        $"cast from type {DdlExpressions.FormatType(ddl, source)} to type {DdlExpressions.FormatType(ddl, target)} does not exist")).oid);
                }

            case Pg.ObjectType.ObjectSchema:
                return new(PgNamespace.RelationOid, ddl.FindSchema(item.String.Sval).oid);
            case Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain:
                return new(PgType.RelationOid, TypeNames.ResolveOid(ddl.ParseState, item.TypeName));
            case Pg.ObjectType.ObjectExtension:
                return new(PgExtension.RelationOid, (ddl.Catalog.FindExtension(item.String.Sval)
                    ?? throw new PgException(SqlState.UndefinedObject, $"extension \"{item.String.Sval}\" does not exist")).oid);
            default:
                throw PgErrors.FeatureNotSupported($"COMMENT ON {statement.Objtype.ToString()["Object".Length..].ToUpperInvariant()}");
        }
    }

    private static uint Routine(DdlContext ddl, Pg.ObjectType kind, Pg.ObjectWithArgs named)
    {
        var names = DdlContext.Names(named.Objname);
        uint[] types = [.. named.Objargs.Select(a => TypeNames.ResolveOid(ddl.ParseState, a.TypeName))];
        var (schema, name) = DdlContext.Qualified(names);
        var path = schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid];
        foreach (var space in path)
        {
            var found = ddl.Catalog.ProcsByName(name).FirstOrDefault(p => p.pronamespace == space && (named.ArgsUnspecified || p.proargtypes.AsSpan().SequenceEqual(types)));
            if (found is not null)
            {
                return kind == Pg.ObjectType.ObjectAggregate && found.prokind != 'a'
                    ? throw new PgException(SqlState.WrongObjectType, $"function {Signature()} is not an aggregate")
                    : found.oid;
            }
        }

        throw new PgException(SqlState.UndefinedFunction, kind switch
        {
            Pg.ObjectType.ObjectAggregate when types.Length == 0 && !named.ArgsUnspecified => $"aggregate {string.Join('.', names)}(*) does not exist",
            Pg.ObjectType.ObjectAggregate => $"aggregate {Signature()} does not exist",
            Pg.ObjectType.ObjectProcedure => $"procedure {Signature()} does not exist",
            _ => $"function {Signature()} does not exist",
        });

        string Signature() => $"{string.Join('.', names)}({string.Join(", ", types.Select(t => DdlExpressions.FormatType(ddl, t)))})";
    }

    private static uint Operator(DdlContext ddl, Pg.ObjectWithArgs named)
    {
        var names = DdlContext.Names(named.Objname);
        uint Type(int i) => i < named.Objargs.Count && named.Objargs[i].TypeName is { } type ? TypeNames.ResolveOid(ddl.ParseState, type) : 0;
        var (left, right) = (Type(0), Type(1));
        var found = NamespaceLookup.OpernameGetOprid(ddl.ParseState, names, left, right, -1);
        string Shown(uint type) => type == 0 ? "" : DdlExpressions.FormatType(ddl, type);
        return found != 0 ? found : throw new PgException(
            SqlState.UndefinedFunction, $"operator does not exist: {(left == 0 ? "" : Shown(left) + " ")}{string.Join('.', names)} {Shown(right)}");
    }

    private static PgClass Relation(DdlContext ddl, string[] names)
    {
        var (schema, name) = DdlContext.Qualified(names);
        if (schema is not null)
        {
            ddl.FindSchema(schema);
        }

        return ddl.TryFindRelation(schema, name) ?? throw new PgException(SqlState.UndefinedTable, $"relation \"{string.Join('.', names)}\" does not exist");
    }
}
