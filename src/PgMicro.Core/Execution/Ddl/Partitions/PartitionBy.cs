using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>PARTITION BY (transformPartitionSpec, ComputePartitionAttrs).</summary>
internal static class PartitionBy
{
    private const int MaxColumns = 32;

    /// <summary>Writes what makes a new relation partitioned.</summary>
    internal static void Store(DdlContext ddl, PgClass relation, Pg.PartitionSpec spec)
    {
        var strategy = spec.Strategy switch
        {
            Pg.PartitionStrategy.List => 'l',
            Pg.PartitionStrategy.Range => 'r',
            _ => 'h',
        };
        if (strategy == 'l' && spec.PartParams.Count != 1)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "cannot use \"list\" partition strategy with more than one column");
        }

        var elements = spec.PartParams.Select(static p => p.PartitionElem).ToList();
        var raw = elements.Select(e => e.Expr is null ? null : BindExpression(ddl, e.Expr, relation)).ToList();
        if (elements.Count > MaxColumns)
        {
            throw new PgException(SqlState.TooManyColumns, $"cannot partition using more than {MaxColumns} columns");
        }

        var numbers = new short[elements.Count];
        var classes = new uint[elements.Count];
        var collations = new uint[elements.Count];
        var expressions = new List<BoundExpr>();
        for (var i = 0; i < elements.Count; i++)
        {
            var element = elements[i];
            uint type;
            if (raw[i] is not { } expr)
            {
                var column = FindColumn(ddl, relation, element);
                (numbers[i], type, collations[i]) = (column.attnum, column.atttypid, column.attcollation);
            }
            else
            {
                (type, collations[i]) = (expr.Type, expr.Collation);
                CheckType(ddl, type, i + 1);
                if (Strip(expr) is BoundVar { Varattno: > 0 } plain)
                {
                    numbers[i] = (short)plain.Varattno;
                    RejectGenerated(ddl, relation, plain.Varattno, element.Location);
                }
                else
                {
                    CheckExpression(ddl, relation, expr, element.Location);
                    expressions.Add(expr);
                }
            }

            collations[i] = CollationOf(ddl, element, type, collations[i]);
            classes[i] = CreateIndex.FindOpclass(
                ddl, element.Opclass, ddl.Catalog.Am(strategy == 'h' ? BuiltInOids.HashAm : BuiltInOids.BtreeAm)!, type,
                static am => $"You must specify a {am} operator class or define a default {am} operator class for the data type.").oid;
        }

        ddl.Put(new PgPartitionedTable
        {
            partrelid = relation.oid,
            partstrat = strategy,
            partnatts = (short)numbers.Length,
            partattrs = numbers,
            partclass = classes,
            partcollation = collations,
            partexprs = DdlExpressions.SerializeList(expressions),
        });
        _ = PartitionKey.Of(ddl.Catalog, relation.oid);
        AddDependencies(ddl, ObjectAddress.Relation(relation.oid), numbers, classes, collations, expressions);
    }

    // StorePartitionKey: the columns of the key belong to the table, so that none goes alone.
    private static void AddDependencies(DdlContext ddl, ObjectAddress table, short[] numbers, uint[] classes, uint[] collations, List<BoundExpr> expressions)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            ddl.Depend(table, new(PgOpclass.RelationOid, classes[i]));
            ddl.DependOnCollation(table, collations[i]);
        }

        foreach (var number in numbers.Where(static n => n != 0).Distinct())
        {
            ddl.Depend(table with { SubId = number }, table, 'i');
        }

        foreach (var expr in expressions)
        {
            foreach (var column in DdlExpressions.Columns(expr).Where(static c => c > 0))
            {
                ddl.Depend(table with { SubId = column }, table, 'i');
            }

            DdlExpressions.DependOnOthers(ddl, table, expr, table.ObjectId);
        }
    }

    private static BoundExpr BindExpression(DdlContext ddl, Pg.Node raw, PgClass relation)
    {
        var pstate = DdlExpressions.NewParseState(ddl);
        pstate.Scope = new TableScope(ddl, relation, ParseExprKind.PartitionExpression);
        try
        {
            var expr = ExpressionBinder.Transform(pstate, raw, ParseExprKind.PartitionExpression);
            Collations.Assign(pstate, expr);
            return expr;
        }
        catch (PgException e)
        {
            // The statement's text is not at hand where PostgreSQL analyses these.
            (e.Location, e.Position) = (-1, 0);
            throw;
        }
    }

    private static PgAttribute FindColumn(DdlContext ddl, PgClass relation, Pg.PartitionElem element)
    {
        var column = ddl.Catalog.FindAttribute(relation.oid, element.Name)
            ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{element.Name}\" named in partition key does not exist").At(element.Location);
        if (column.attnum < 0)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, $"cannot use system column \"{element.Name}\" in partition key").At(element.Location);
        }

        RejectGenerated(ddl, relation, column.attnum, element.Location);
        return column;
    }

    private static void RejectGenerated(DdlContext ddl, PgClass relation, int number, int location)
    {
        if (ddl.Catalog.Attribute(relation.oid, number) is { attgenerated: not '\0' } column)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "cannot use generated column in partition key")
                .WithDetail($"Column \"{column.attname}\" is a generated column.").At(location);
        }
    }

    private static BoundExpr Strip(BoundExpr expr)
    {
        while (expr is BoundCollateExpr collate)
        {
            expr = collate.Arg;
        }

        return expr;
    }

    // CheckAttributeType, which names columns of an index or a key by their place.
    private static void CheckType(DdlContext ddl, uint type, int place)
    {
        if (ddl.Catalog.Type(type)!.typtype == 'p')
        {
            throw new PgException(SqlState.InvalidTableDefinition, $"partition key column {place} has pseudo-type {DdlExpressions.FormatType(ddl, type)}");
        }
    }

    private static void CheckExpression(DdlContext ddl, PgClass relation, BoundExpr expr, int location)
    {
        foreach (var number in DdlExpressions.Columns(expr))
        {
            if (number < 0)
            {
                throw new PgException(SqlState.InvalidObjectDefinition, "partition key expressions cannot contain system column references");
            }

            // A whole row has all columns.
            foreach (var column in ddl.Catalog.Attributes(relation.oid).Where(a => !a.attisdropped && (number == 0 || a.attnum == number)))
            {
                RejectGenerated(ddl, relation, column.attnum, location);
            }
        }

        DdlExpressions.RequireImmutable(ddl, expr, "functions in partition key expression must be marked IMMUTABLE");
        if (expr is BoundConst)
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "cannot use constant expression as partition key");
        }
    }

    private static uint CollationOf(DdlContext ddl, Pg.PartitionElem element, uint type, uint collation)
    {
        if (element.Collation.Count > 0)
        {
            collation = NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(element.Collation), -1);
        }

        if (ddl.Catalog.Type(type)!.typcollation == 0)
        {
            return collation == 0 ? 0u : throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {DdlExpressions.FormatType(ddl, type)}");
        }

        return collation != 0 ? collation : throw new PgException(SqlState.IndeterminateCollation, "could not determine which collation to use for partition expression")
            .WithHint("Use the COLLATE clause to set the collation explicitly.");
    }
}
