using PgMicro.Core.Binding;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Expressions of definitions: defaults, checks, generated columns, index keys and predicates.</summary>
internal static class DdlExpressions
{
    internal static ParseState NewParseState(DdlContext ddl) => new(ddl.Catalog, [.. ddl.LookupPath()], ddl.Session);

    internal static string FormatType(DdlContext ddl, uint typeOid, int typmod = -1) => Binding.Expressions.FormatType.Format(typeOid, typmod, ddl.Catalog, ddl.LookupPath());

    /// <summary>cookDefault: a DEFAULT or generation expression coerced to its column.</summary>
    internal static BoundExpr BindDefault(DdlContext ddl, Pg.Node raw, string name, uint type, int typmod, char generated, PgClass? relation)
    {
        var pstate = NewParseState(ddl);
        if (generated != 0)
        {
            pstate.Scope = new TableScope(ddl, relation!, ParseExprKind.GeneratedColumn);
        }

        var kind = generated != 0 ? ParseExprKind.GeneratedColumn : ParseExprKind.ColumnDefault;
        var expr = ExpressionBinder.Transform(pstate, raw, kind);
        if (generated != 0)
        {
            CheckGenerated(ddl, expr);
        }

        return CoerceToColumn(pstate, expr, name, type, typmod, generated);
    }

    /// <summary>Coerces as an assignment to a column does (42804).</summary>
    internal static BoundExpr CoerceToColumn(ParseState pstate, BoundExpr expr, string name, uint type, int typmod, char generated)
    {
        var coerced = Coercion.CoerceToTargetType(pstate, expr, expr.Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(
                SqlState.DatatypeMismatch,
                $"column \"{name}\" is of type {Binding.Expressions.FormatType.Format(type, pstate)} but "
                + $"{(generated != 0 ? "generation expression" : "default expression")} is of type {Binding.Expressions.FormatType.Format(expr.Type, pstate)}")
                .WithHint("You will need to rewrite or cast the expression.");
        Collations.Assign(pstate, coerced);
        return coerced;
    }

    /// <summary>cookConstraint: a CHECK expression over a table's columns.</summary>
    internal static BoundExpr BindCheck(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.CheckConstraint);
        var expr = Coercion.CoerceToBoolean(pstate, ExpressionBinder.Transform(pstate, raw, ParseExprKind.CheckConstraint), "CHECK");
        Collations.Assign(pstate, expr);
        return expr;
    }

    /// <summary>A CHECK of a domain: VALUE stands for what is checked.</summary>
    internal static BoundExpr BindDomainCheck(DdlContext ddl, Pg.Node raw, uint baseType, int typmod, uint collation)
    {
        var pstate = NewParseState(ddl);
        pstate.PreColumnRef = (_, reference) => reference.Fields is [{ String.Sval: "value" }]
            ? new BoundCoerceToDomainValue { Type = baseType, Typmod = typmod, Collation = collation, Location = reference.Location }
            : null;
        var expr = Coercion.CoerceToBoolean(pstate, ExpressionBinder.Transform(pstate, raw, ParseExprKind.DomainCheck), "CHECK");
        Collations.Assign(pstate, expr);
        return expr;
    }

    /// <summary>An index key expression.</summary>
    internal static BoundExpr BindIndexExpression(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.IndexExpression);
        var expr = ExpressionBinder.Transform(pstate, raw, ParseExprKind.IndexExpression);
        Collations.Assign(pstate, expr);
        RequireImmutable(ddl, expr, "functions in index expression must be marked IMMUTABLE");
        return expr;
    }

    /// <summary>An index's WHERE.</summary>
    internal static BoundExpr BindIndexPredicate(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.IndexPredicate);
        var expr = Coercion.CoerceToBoolean(pstate, ExpressionBinder.Transform(pstate, raw, ParseExprKind.IndexPredicate), "WHERE");
        Collations.Assign(pstate, expr);
        RequireImmutable(ddl, expr, "functions in index predicate must be marked IMMUTABLE");
        return expr;
    }

    /// <summary>ALTER COLUMN TYPE: the USING expression as it is written.</summary>
    internal static BoundExpr BindUsing(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.AlterColTransform);
        return ExpressionBinder.Transform(pstate, raw, ParseExprKind.AlterColTransform);
    }

    /// <summary>ALTER COLUMN TYPE: the USING expression, or the column itself, as the new type.</summary>
    internal static BoundExpr BindTransform(DdlContext ddl, Pg.Node? raw, PgClass relation, PgAttribute column, uint type, int typmod)
    {
        var pstate = NewParseState(ddl);
        var scope = new TableScope(ddl, relation, ParseExprKind.AlterColTransform);
        pstate.Scope = scope;
        var expr = raw is null ? scope.Column(column, -1) : ExpressionBinder.Transform(pstate, raw, ParseExprKind.AlterColTransform);
        if (Coercion.CoerceToTargetType(pstate, expr, expr.Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1) is not { } coerced)
        {
            throw raw is not null
                ? new PgException(SqlState.DatatypeMismatch, $"result of USING clause for column \"{column.attname}\" cannot be cast automatically to type {FormatType(ddl, type)}")
                    .WithHint("You might need to add an explicit cast.")
                : new PgException(SqlState.DatatypeMismatch, $"column \"{column.attname}\" cannot be cast automatically to type {FormatType(ddl, type)}")
                    .WithHint(column.attgenerated != 0 ? null : $"You might need to specify \"USING {Binding.Deparse.Identifiers.Quote(column.attname)}::{FormatType(ddl, type, typmod)}\".");
        }

        Collations.Assign(pstate, coerced);
        return coerced;
    }

    /// <summary>The columns that an expression uses, in order of first use; 0 is a whole row.</summary>
    internal static List<short> Columns(BoundExpr expr)
    {
        var columns = new List<short>();
        ExprFacts.Any(expr, node =>
        {
            if (node is BoundVar { Varlevelsup: 0 } variable && !columns.Contains((short)variable.Varattno))
            {
                columns.Add((short)variable.Varattno);
            }

            return false;
        });
        return columns;
    }

    /// <summary>recordDependencyOnSingleRelExpr: what an expression refers to; the relation's own columns by another kind of dependency.</summary>
    internal static void Depend(DdlContext ddl, ObjectAddress dependent, BoundExpr expr, uint self = 0, char selfType = 'n', char type = 'n')
    {
        foreach (var reference in Distinct(DependencyFinder.Find(ddl.Catalog, expr, self)))
        {
            ddl.Depend(dependent, reference, reference.ClassId == PgClass.RelationOid && reference.ObjectId == self ? selfType : type);
        }
    }

    /// <summary>What an expression refers to besides the columns of its own relation.</summary>
    internal static void DependOnOthers(DdlContext ddl, ObjectAddress dependent, BoundExpr expr, uint self)
    {
        foreach (var reference in Distinct(DependencyFinder.Find(ddl.Catalog, expr, self)).Where(a => a.ClassId != PgClass.RelationOid || a.ObjectId != self))
        {
            ddl.Depend(dependent, reference);
        }
    }

    /// <summary>Raises 42P17 for an expression that may give another value another time.</summary>
    internal static void RequireImmutable(DdlContext ddl, BoundExpr expr, string message)
    {
        Planner.EvaluateConstants(ddl.Session, expr);
        if (HasMutable(ddl, Execution.Routines.SqlInlining.Apply(ddl.Session, expr)))
        {
            throw new PgException(SqlState.InvalidObjectDefinition, message);
        }
    }

    /// <summary>recordDependencyOnExpr of a query.</summary>
    internal static void Depend(DdlContext ddl, ObjectAddress dependent, BoundQuery query) => Depend(ddl, dependent, DependencyFinder.Find(ddl.Catalog, query));

    /// <summary>Depends on what a tree was found to refer to.</summary>
    internal static void Depend(DdlContext ddl, ObjectAddress dependent, IReadOnlyList<ObjectAddress> found)
    {
        foreach (var reference in Distinct(found))
        {
            ddl.Depend(dependent, reference);
        }
    }

    // A column stands for its table.
    private static IEnumerable<ObjectAddress> Distinct(IReadOnlyList<ObjectAddress> found) =>
        found.Where(a => a.SubId != 0 || !found.Any(o => o.SubId != 0 && o.ClassId == a.ClassId && o.ObjectId == a.ObjectId));

    /// <summary>An expression over a table's columns as SQLite SQL.</summary>
    internal static string Lower(DdlContext ddl, BoundExpr expr, CatalogSnapshot catalog, uint relationOid)
    {
        var lowered = IndexColumns.Lower(catalog, relationOid, expr);
        foreach (var lateral in lowered.Laterals)
        {
            lateral.EnsureOn(ddl.Connection);
        }

        return lowered.Sql;
    }

    /// <summary>An index's key expressions (with their types) and predicate as SQLite SQL, and whether they need functions that a stock SQLite lacks.</summary>
    internal static List<(string Sql, uint Type)> LowerIndexExpressions(DdlContext ddl, PgIndex index, out string? predicate, out bool needsFunctions)
    {
        var catalog = ddl.Catalog;
        var keys = new List<(string, uint)>();
        if (index.indexprs is not null)
        {
            foreach (var expr in IndexExpressions(index))
            {
                var sql = IndexColumns.Find(catalog, index, keys.Count) is { } stored ? SqliteTables.Quote(stored) : Lower(ddl, expr, catalog, index.indrelid);
                keys.Add((sql, expr.Type));
            }
        }

        predicate = index.indpred is null ? null
            : IndexColumns.Find(catalog, index, -1) is { } storedPredicate ? SqliteTables.Quote(storedPredicate)
            : Lower(ddl, BoundTreeSerializer.DeserializeExpr(index.indpred), catalog, index.indrelid);
        needsFunctions = (keys.Count > 0 || predicate is not null) && NeedsFunctions(ddl, index, keys, predicate);
        return keys;
    }

    /// <summary>The key expressions of pg_index.indexprs.</summary>
    internal static List<BoundExpr> IndexExpressions(PgIndex index) =>
        index.indexprs is null ? [] : [.. System.Text.Json.JsonSerializer.Deserialize<string[]>(index.indexprs)!.Select(BoundTreeSerializer.DeserializeExpr)];

    /// <summary>The form of pg_index.indexprs: a JSON array of serialized expressions.</summary>
    internal static string? SerializeList(IReadOnlyList<BoundExpr> exprs) =>
        exprs.Count == 0 ? null : System.Text.Json.JsonSerializer.Serialize(exprs.Select(BoundTreeSerializer.Serialize).ToArray());

    // A schema that a stock sqlite3 cannot read would break the file's promise (DESIGN §7), so ask one.
    private static bool NeedsFunctions(DdlContext ddl, PgIndex index, List<(string Sql, uint Type)> keys, string? predicate)
    {
        using var stock = SqliteConnectionHandle.Open(":memory:");
        stock.Execute(SqliteTables.CreateSql(ddl.Catalog, index.indrelid, "t"));
        foreach (var column in IndexColumns.Of(ddl.Catalog, index.indrelid))
        {
            stock.Execute($"ALTER TABLE t ADD COLUMN {SqliteTables.Quote(column.Name)}");
        }

        try
        {
            foreach (var sql in keys.Select(static k => k.Sql).Append(predicate))
            {
                if (sql is not null)
                {
                    stock.Prepare($"SELECT {sql} FROM t").Dispose();
                }
            }

            return false;
        }
        catch (SqliteException)
        {
            return true;
        }
    }

    private static bool HasMutable(DdlContext ddl, BoundExpr expr) => ExprFacts.Any(expr, node => node switch
    {
        BoundSqlValueFunction or BoundNextValueExpr => true,
        BoundFuncExpr call => Volatility(ddl, call.FuncId, call.Args) != 'i',
        BoundOpExpr op => Volatility(ddl, ddl.Catalog.Operator(op.OpNo)!.oprcode, op.Args) != 'i',
        BoundScalarArrayOpExpr op => Volatility(ddl, ddl.Catalog.Operator(op.OpNo)!.oprcode) != 'i',
        BoundCoerceViaIO io => Volatility(ddl, ddl.Catalog.Type(io.Arg.Type)!.typoutput) != 'i' || Volatility(ddl, ddl.Catalog.Type(io.Type)!.typinput) != 'i',
        BoundJsonExpr json => IsMutable(json),
        _ => false,
    });

    private static bool IsMutable(BoundJsonExpr json) => json.PathSpec is not BoundConst path || (!path.Value.IsNull && JsonPathMutability.Check(
        JsonPath.Parse(path.Value.Bytes), name => json.PassingNames.IndexOf(name) is var at and >= 0 ? json.PassingValues[at].Type : 0));

    /// <summary>Whether an expression over a table's columns gives the same on every connection and at any time, and needs nothing but built-in functions for it.</summary>
    internal static bool IsRepeatable(DdlContext ddl, BoundExpr expr, CatalogSnapshot catalog, uint relationOid) =>
        !HasMutable(ddl, expr) && !ExprFacts.Any(expr, static node => node is BoundFuncExpr { FuncId: >= BuiltInOids.FirstNormalObjectId })
        && IndexColumns.Lower(catalog, relationOid, expr).Laterals.Count == 0;

    // || with a text is an SQL function over the other's output, and as volatile as that is.
    private static char Volatility(DdlContext ddl, uint proc, List<BoundExpr> args)
    {
        var at = ddl.Catalog.Proc(proc) switch
        {
            { proname: "anytextcat", oid: < BuiltInOids.FirstNormalObjectId } => 0,
            { proname: "textanycat", oid: < BuiltInOids.FirstNormalObjectId } => 1,
            _ => -1,
        };
        return at < 0 ? Volatility(ddl, proc) : Volatility(ddl, ddl.Catalog.Type(ddl.Catalog.GetBaseType(args[at].Type))!.typoutput);
    }

    private static char Volatility(DdlContext ddl, uint proc) => ddl.Catalog.Proc(proc)?.provolatile ?? 'v';

    private static void CheckGenerated(DdlContext ddl, BoundExpr expr) => RequireImmutable(ddl, expr, "generation expression is not immutable");
}
