using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.SqliteSql;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private SqlSelect OverSetOperations(BoundQuery query)
    {
        var operation = (SetOperationStmt)query.SetOperations!;
        var compound = SetOperations(operation);
        var alias = NewAlias();
        var source = new DerivedSource(alias);

        // The target list refers to the leftmost leaf's columns.
        SetOperationNode leftmost = operation;
        while (leftmost is SetOperationStmt inner)
        {
            leftmost = inner.Larg;
        }

        _scope.Sources[((SetOperationRef)leftmost).RtIndex] = source;
        var select = new SqlSelect { From = new SqlDerived(compound, alias, operation.ColTypes.Count, false) };
        return Finish(query, select, clause => SortExpr(query, clause));
    }

    private SqlQuery SetOperations(SetOperationNode node)
    {
        if (node is SetOperationRef leaf)
        {
            return Query(_scope.Query.RangeTable[leaf.RtIndex - 1].Subquery!, null);
        }

        var operation = (SetOperationStmt)node;
        Implementability.Check(operation, Catalog);
        var count = operation.ColTypes.Count;
        var left = Coerced(SetOperations(operation.Larg), TypesOf(operation.Larg), operation);
        var right = Coerced(SetOperations(operation.Rarg), TypesOf(operation.Rarg), operation);
        var collations = Enumerable.Range(0, count).Select(i => CollationOf(operation.ColTypes[i], operation.ColCollations[i])).ToList();
        var collated = collations.Any(static c => c is not null);
        switch (operation.Op)
        {
            case SetOperation.Union when operation.All:
                return new SqlCompound(Chainable(left, "UNION ALL", count), "UNION ALL", Bare(right, count));
            case SetOperation.Union when !collated:
                return new SqlCompound(Chainable(left, "UNION", count), "UNION", Bare(right, count));
            case SetOperation.Union:
                // SQLite's UNION keeps the last of equal values, PostgreSQL the first.
                return Wrap(new SqlCompound(Bare(left, count), "UNION ALL", Bare(right, count)), count, collations, distinct: true);
        }

        var op = operation.Op == SetOperation.Intersect ? "INTERSECT" : "EXCEPT";
        if (!operation.All)
        {
            return new SqlCompound(collated ? Wrap(left, count, collations, false) : Bare(left, count), op, Bare(right, count));
        }

        var numbered = new SqlCompound(Numbered(left, count, collations), op, Numbered(right, count, collations));
        return Wrap(numbered, count + 1, null, false, count);
    }

    private List<uint> TypesOf(SetOperationNode node) => node switch
    {
        SetOperationStmt inner => inner.ColTypes,
        SetOperationRef leaf => _scope.Query.RangeTable[leaf.RtIndex - 1].Subquery!.TargetList.Where(static t => !t.ResJunk).Select(static t => t.Expr.Type).ToList(),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    // Analysis leaves the arms' columns as they are: here they take the operation's types.
    private SqlQuery Coerced(SqlQuery query, List<uint> types, SetOperationStmt operation)
    {
        if (types.SequenceEqual(operation.ColTypes))
        {
            return query;
        }

        var alias = NewAlias();
        var columns = new List<SqlExpr>();
        var changed = false;
        for (var i = 0; i < types.Count; i++)
        {
            var column = new SqlColumn(alias, "c" + (i + 1));
            columns.Add(Cast(column, types[i], operation.ColTypes[i]));
            changed |= !ReferenceEquals(columns[i], column);
        }

        return changed ? new SqlSelect { Columns = columns, From = new SqlDerived(query, alias, types.Count, false) } : query;
    }

    /// <summary>The implicit cast between two types.</summary>
    private SqlExpr Cast(SqlExpr value, uint from, uint to)
    {
        (from, to) = (Catalog.GetBaseType(from), Catalog.GetBaseType(to));
        if (from == to || from == Types.TypeOid.Unknown || IsIntegerWidening(from, to) && to != Types.TypeOid.Numeric)
        {
            return value;
        }

        foreach (var cast in Catalog.Casts)
        {
            if (cast.castsource == from && cast.casttarget == to)
            {
                if (cast.castmethod != 'f')
                {
                    return cast.castmethod == 'b' ? value : ThroughText();
                }

                var arguments = Catalog.Proc(cast.castfunc)!.proargtypes.Length;
                SqlExpr[] args = arguments == 1 ? [value] : arguments == 2 ? [value, SqlLiteral.Of(-1)] : [value, SqlLiteral.Of(-1), SqlLiteral.False];
                return Invoke(Implementation(cast.castfunc, -1), cast.castfunc, to, [from], 0, args);
            }
        }

        return ThroughText();

        SqlExpr ThroughText() => new SqlCall(EngineFunctions.CastIo, [SqlLiteral.Of(from), SqlLiteral.Of(to), value]);
    }

    // A left-leaning chain of one operator needs no nesting.
    private SqlQuery Chainable(SqlQuery left, string op, int columns) =>
        left is SqlCompound compound && compound.Operator == op && compound.IsBare ? left : Bare(left, columns);

    /// <summary>The query as an arm of a compound.</summary>
    private SqlQuery Bare(SqlQuery query, int columns) => query is SqlSelect { IsBare: true } or SqlValues { IsBare: true } ? query : Wrap(query, columns, null, false);

    private SqlSelect Wrap(SqlQuery query, int columns, List<string?>? collations, bool distinct, int? visible = null)
    {
        var alias = NewAlias();
        var select = new SqlSelect { From = new SqlDerived(query, alias, columns, false), Distinct = distinct };
        for (var i = 1; i <= (visible ?? columns); i++)
        {
            SqlExpr column = new SqlColumn(alias, "c" + i);
            select.Columns.Add(collations?[i - 1] is { } collation ? new SqlCollate(column, collation) : column);
        }

        return select;
    }

    private SqlSelect Numbered(SqlQuery query, int columns, List<string?> collations)
    {
        var select = Wrap(query, columns, collations, false);
        select.Columns.Add(new SqlCall("row_number", []) { Over = new SqlWindow([.. select.Columns], [], null) });
        return select;
    }
}
