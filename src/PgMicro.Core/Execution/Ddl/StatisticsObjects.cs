using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE, ALTER and DROP STATISTICS: the definitions. What ANALYZE computes of them SQLite's planner does not use.</summary>
internal static class StatisticsObjects
{
    private const int MaxColumns = 8;
    private const int MaxTarget = 10000;

    internal static string Create(DdlContext ddl, Pg.CreateStatsStmt statement)
    {
        const string Tag = "CREATE STATISTICS";
        if (statement.Relations[0].NodeCase != Pg.Node.NodeOneofCase.RangeVar)
        {
            throw new PgException(SqlState.FeatureNotSupported, "CREATE STATISTICS only supports relation names in the FROM clause");
        }

        var relation = ddl.FindRelation(statement.Relations[0].RangeVar);
        var bound = statement.Exprs.Select(e => e.StatsElem.Expr is { } expr ? Bind(ddl, expr, relation) : null).ToList();
        if (statement.Relations.Count != 1)
        {
            throw new PgException(SqlState.FeatureNotSupported, "only a single relation is allowed in CREATE STATISTICS");
        }

        if (relation.relkind is not ('r' or 'm' or 'f' or 'p'))
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot define statistics for relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }

        ddl.RequireUserRelation(relation);
        var (schema, name) = (relation.relnamespace, "");
        if (statement.Defnames.Count > 0)
        {
            (var given, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
            schema = ddl.NewObjectNamespace(given, name);
        }
        else
        {
            name = Choose(ddl, relation, statement.Exprs.Select(static e => e.StatsElem.Name.Length > 0 ? e.StatsElem.Name : "expr"));
        }

        if (ddl.Catalog.FindStatistics(name, schema) is not null)
        {
            if (!statement.IfNotExists)
            {
                throw new PgException(SqlState.DuplicateObject, $"statistics object \"{name}\" already exists");
            }

            ddl.Notice($"statistics object \"{name}\" already exists, skipping", sqlState: SqlState.DuplicateObject);
            return Tag;
        }

        if (statement.Exprs.Count > MaxColumns)
        {
            throw new PgException(SqlState.TooManyColumns, $"cannot have more than {MaxColumns} columns in statistics");
        }

        var (columns, exprs) = Elements(ddl, relation, statement, bound);
        var kinds = Kinds(statement, columns.Count, exprs.Count);
        columns.Sort();
        if (columns.Distinct().Count() != columns.Count)
        {
            throw new PgException(SqlState.DuplicateColumn, "duplicate column name in statistics definition");
        }

        for (var i = 1; i < exprs.Count; i++)
        {
            if (exprs.Take(i).Any(e => BoundEquality.AreEqual(e, exprs[i])))
            {
                throw new PgException(SqlState.DuplicateColumn, "duplicate expression in statistics definition");
            }
        }

        Put(ddl, relation, new PgStatisticExt { stxname = name, stxnamespace = schema, stxkeys = [.. columns], stxkind = kinds }, exprs);
        return Tag;
    }

    /// <summary>LIKE … INCLUDING STATISTICS.</summary>
    internal static void Copy(DdlContext ddl, PgClass source, PgClass relation, bool comments)
    {
        foreach (var old in ddl.Catalog.StatisticsOf(source.oid))
        {
            short[] keys = [.. old.stxkeys.Select(k => ColumnMapping.Number(ddl.Catalog, source.oid, k, relation.oid))];
            var exprs = Expressions(old).ConvertAll(e => ColumnMapping.Map(ddl.Catalog, e, source.oid, relation.oid));
            var name = Choose(ddl, relation, keys.Select(k => ddl.Catalog.Attribute(relation.oid, k)!.attname).Concat(exprs.Select(static _ => "expr")));
            var row = Put(ddl, relation, new PgStatisticExt { stxname = name, stxnamespace = relation.relnamespace, stxkeys = keys, stxkind = old.stxkind }, exprs);
            if (comments && ddl.Catalog.Description(PgStatisticExt.RelationOid, old.oid) is { } comment)
            {
                Comment.Set(ddl, new(PgStatisticExt.RelationOid, row.oid), comment);
            }
        }
    }

    internal static string Alter(DdlContext ddl, Pg.AlterStatsStmt statement)
    {
        int? target = statement.Stxstattarget is { NodeCase: Pg.Node.NodeOneofCase.Integer } given ? given.Integer.Ival : null;
        if (target is < 0 and not -1)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"statistics target {target} is too low");
        }

        if (target > MaxTarget)
        {
            target = MaxTarget;
            ddl.Notice($"lowering statistics target to {MaxTarget}", "WARNING", SqlState.InvalidParameterValue);
        }

        if (Find(ddl, DdlContext.Names(statement.Defnames), statement.MissingOk) is { } row)
        {
            RequireOwner(ddl, row);
            ddl.Put(row with { stxstattarget = target is null or -1 ? null : (short)target });
        }

        return "ALTER STATISTICS";
    }

    internal static void Rename(DdlContext ddl, IReadOnlyList<string> names, string newName)
    {
        var row = Find(ddl, names, false)!;
        RequireOwner(ddl, row);
        RequireFree(ddl, newName, row.stxnamespace);
        ddl.Put(row with { stxname = newName });
    }

    internal static void SetSchema(DdlContext ddl, IReadOnlyList<string> names, PgNamespace schema)
    {
        var row = Find(ddl, names, false)!;
        RequireOwner(ddl, row);
        if (row.stxnamespace == schema.oid)
        {
            return;
        }

        ddl.RequireCreate(schema.oid);
        RequireFree(ddl, row.stxname, schema.oid);
        var address = new ObjectAddress(PgStatisticExt.RelationOid, row.oid);
        ddl.ForgetDependencies(address, static d => d.refclassid == PgNamespace.RelationOid);
        ddl.Put(row with { stxnamespace = schema.oid });
        ddl.Depend(address, ObjectAddress.Namespace(schema.oid));
    }

    /// <summary>The object of a name, or null (with a notice) when it may be missing.</summary>
    /// <exception cref="PgException">42704, 3F000.</exception>
    internal static PgStatisticExt? Find(DdlContext ddl, IReadOnlyList<string> names, bool missingOk)
    {
        var (schema, name) = DdlContext.Qualified(names);
        if (schema is not null && ddl.Catalog.FindNamespace(schema) is null)
        {
            if (!missingOk)
            {
                throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist");
            }

            ddl.Notice($"schema \"{schema}\" does not exist, skipping");
            return null;
        }

        foreach (var space in schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid])
        {
            if (ddl.Catalog.FindStatistics(name, space) is { } found)
            {
                return found;
            }
        }

        var text = $"statistics object \"{string.Join('.', names)}\" does not exist";
        if (!missingOk)
        {
            throw new PgException(SqlState.UndefinedObject, text);
        }

        ddl.Notice(text + ", skipping");
        return null;
    }

    private static void RequireOwner(DdlContext ddl, PgStatisticExt row) => Owners.RequireOwner(ddl, row.stxowner, "statistics object", row.stxname);

    private static void RequireFree(DdlContext ddl, string name, uint schema)
    {
        if (ddl.Catalog.FindStatistics(name, schema) is not null)
        {
            throw new PgException(SqlState.DuplicateObject, $"statistics object \"{name}\" already exists in schema \"{ddl.Catalog.Namespace(schema)!.nspname}\"");
        }
    }

    /// <summary>The expressions among what an object is about.</summary>
    internal static List<BoundExpr> Expressions(PgStatisticExt row) => row.stxexprs is null
        ? []
        : [.. System.Text.Json.JsonSerializer.Deserialize<string[]>(row.stxexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];

    private static PgStatisticExt Put(DdlContext ddl, PgClass relation, PgStatisticExt definition, List<BoundExpr> exprs)
    {
        var row = ddl.Put(definition with { oid = ddl.NewOid(), stxrelid = relation.oid, stxowner = ddl.Owner, stxexprs = DdlExpressions.SerializeList(exprs) });
        var address = new ObjectAddress(PgStatisticExt.RelationOid, row.oid);
        foreach (var column in row.stxkeys)
        {
            ddl.Depend(address, new(PgClass.RelationOid, relation.oid, column), 'a');
        }

        if (row.stxkeys.Length == 0)
        {
            ddl.Depend(address, new(PgClass.RelationOid, relation.oid), 'a');
        }

        foreach (var expr in exprs)
        {
            DdlExpressions.Depend(ddl, address, expr, relation.oid, 'a');
        }

        ddl.Depend(address, ObjectAddress.Namespace(row.stxnamespace));
        return row;
    }

    private static BoundExpr Bind(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = DdlExpressions.NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.StatsExpression);
        var expr = ExpressionBinder.Transform(pstate, raw, ParseExprKind.StatsExpression);
        Collations.Assign(pstate, expr);
        return expr;
    }

    private static (List<short> Columns, List<BoundExpr> Exprs) Elements(DdlContext ddl, PgClass relation, Pg.CreateStatsStmt statement, List<BoundExpr?> bound)
    {
        var (columns, exprs) = (new List<short>(), new List<BoundExpr>());
        for (var i = 0; i < bound.Count; i++)
        {
            var expr = bound[i];
            var column = expr is null
                ? ddl.Catalog.FindAttribute(relation.oid, statement.Exprs[i].StatsElem.Name)
                    ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{statement.Exprs[i].StatsElem.Name}\" does not exist")
                : expr is BoundVar { Varattno: not 0 } plain ? ddl.Catalog.Attribute(relation.oid, plain.Varattno) : null;
            if (column is { attnum: < 0 } || (expr is BoundVar { Varattno: < 0 }) || (column is null && DdlExpressions.Columns(expr!).Any(static c => c <= 0)))
            {
                throw new PgException(SqlState.FeatureNotSupported, "statistics creation on system columns is not supported");
            }

            if (column is not null)
            {
                columns.Add(Sortable(ddl, column.atttypid)
                    ? column.attnum
                    : throw new PgException(
                        SqlState.FeatureNotSupported,
                        $"column \"{column.attname}\" cannot be used in statistics because its type {DdlExpressions.FormatType(ddl, column.atttypid)} has no default btree operator class"));
                continue;
            }

            exprs.Add(bound.Count == 1 || Sortable(ddl, expr!.Type)
                ? expr!
                : throw new PgException(
                    SqlState.FeatureNotSupported,
                    $"expression cannot be used in multivariate statistics because its type {DdlExpressions.FormatType(ddl, expr!.Type)} has no default btree operator class"));
        }

        return (columns, exprs);
    }

    private static bool Sortable(DdlContext ddl, uint type) => OperatorResolution.FindSortGroupOperators(ddl.Catalog, type).Lt != 0;

    private static char[] Kinds(Pg.CreateStatsStmt statement, int columns, int exprs)
    {
        var (distinct, dependencies, values) = (false, false, false);
        foreach (var kind in statement.StatTypes.Select(static n => n.String.Sval))
        {
            switch (kind)
            {
                case "ndistinct":
                    distinct = true;
                    break;
                case "dependencies":
                    dependencies = true;
                    break;
                case "mcv":
                    values = true;
                    break;
                default:
                    throw new PgException(SqlState.SyntaxError, $"unrecognized statistics kind \"{kind}\"");
            }
        }

        if (columns == 0 && exprs == 1 && statement.StatTypes.Count > 0)
        {
            throw new PgException(SqlState.SyntaxError, "when building statistics on a single expression, statistics kinds may not be specified");
        }

        if (columns + exprs < 2 && !(columns == 0 && exprs == 1))
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "extended statistics require at least 2 columns");
        }

        if (statement.StatTypes.Count == 0 && columns + exprs > 1)
        {
            (distinct, dependencies, values) = (true, true, true);
        }

        var kinds = new List<char>();
        foreach (var (wanted, letter) in new[] { (distinct, 'd'), (dependencies, 'f'), (values, 'm'), (exprs > 0, 'e') })
        {
            if (wanted)
            {
                kinds.Add(letter);
            }
        }

        return [.. kinds];
    }

    private static string Choose(DdlContext ddl, PgClass relation, IEnumerable<string> elements)
    {
        var addition = ObjectNames.Addition(elements);
        for (var pass = 0; ; pass++)
        {
            var name = ObjectNames.Make(relation.relname, addition, pass == 0 ? "stat" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"stat{pass}"));
            if (ddl.Catalog.FindStatistics(name, relation.relnamespace) is null)
            {
                return name;
            }
        }
    }
}
