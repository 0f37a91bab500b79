using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Makers of the bound nodes that the statements of this folder are composed of.</summary>
internal static class BoundTrees
{
    internal static BoundVar Column(int varno, TableColumn column) => new()
    {
        Varno = varno,
        Varattno = column.Attnum,
        Type = column.Type,
        Typmod = column.Typmod,
        Collation = column.Collation,
    };

    /// <summary>A table's rowid, as a bigint.</summary>
    internal static BoundVar Rowid(int varno) => new() { Varno = varno, Varattno = SystemAttribute.Ctid, Type = TypeOid.Int8 };

    /// <summary>The table that a row is in.</summary>
    internal static BoundVar TableOid(int varno) => new() { Varno = varno, Varattno = SystemAttribute.TableOid, Type = TypeOid.Oid };

    internal static BoundConst Null(uint type, int typmod, uint collation) => new() { Type = type, Typmod = typmod, Collation = collation };

    internal static BoundConst Int4(int value) => new() { Type = TypeOid.Int4, Value = PgDatum.FromInt64(value) };

    internal static BoundParam Parameter(int number, uint type, int typmod = -1, uint collation = 0) =>
        new() { Kind = ParamKind.Extern, ParamId = number, Type = type, Typmod = typmod, Collation = collation };

    internal static BoundExpr And(IReadOnlyList<BoundExpr> terms) =>
        terms.Count == 1 ? terms[0] : new BoundBoolExpr { BoolOp = BoolExprType.And, Args = [.. terms] };

    internal static BoundOpExpr Operator(CatalogSnapshot catalog, uint operatorOid, BoundExpr left, BoundExpr right, uint collation) => new()
    {
        OpNo = operatorOid,
        OpFuncId = catalog.Operator(operatorOid)!.oprcode,
        Type = TypeOid.Bool,
        InputCollation = collation,
        Args = [left, right],
    };

    /// <summary>Whether two values are equal, NULL being equal to NULL.</summary>
    internal static BoundExpr NotDistinct(CatalogSnapshot catalog, uint operatorOid, BoundExpr left, BoundExpr right, uint collation) => new BoundBoolExpr
    {
        BoolOp = BoolExprType.Not,
        Args =
        [
            new BoundDistinctExpr
            {
                OpNo = operatorOid,
                OpFuncId = catalog.Operator(operatorOid)!.oprcode,
                Type = TypeOid.Bool,
                InputCollation = collation,
                Args = [left, right],
            },
        ],
    };

    internal static TargetEntry Target(BoundExpr expr, int number, string? name = null) =>
        new() { Expr = expr, ResNo = number, ResName = name ?? "?column?" };

    /// <summary>A range table entry for a table that stands alone: its own rows, or those of all partitions of a partitioned one.</summary>
    internal static RangeTableEntry Relation(TableLayout table) => new()
    {
        RteKind = RteKind.Relation,
        Relid = table.Oid,
        RelKind = table.Class.relkind,
        Inh = table.Class.relkind == 'p',
        InFromCl = true,
        Eref = new Alias { AliasName = table.Name, ColNames = [.. table.AllNames] },
    };

    /// <summary>A range table entry for a subquery.</summary>
    internal static RangeTableEntry Subquery(BoundQuery query, string name) => new()
    {
        RteKind = RteKind.Subquery,
        Subquery = query,
        InFromCl = true,
        Eref = new Alias { AliasName = name, ColNames = [.. query.TargetList.Where(t => !t.ResJunk).Select(t => t.ResName ?? "?column?")] },
    };

    /// <summary>SELECT targets FROM table WHERE quals.</summary>
    internal static BoundQuery SelectFrom(TableLayout table, IEnumerable<BoundExpr> targets, IReadOnlyList<BoundExpr> quals)
    {
        var number = 0;
        return new BoundQuery
        {
            CommandType = CommandType.Select,
            RangeTable = [Relation(table)],
            JoinTree = new FromExpr { FromList = [new RangeTblRef { RtIndex = 1 }], Quals = quals.Count == 0 ? null : And(quals) },
            TargetList = [.. targets.Select(t => Target(t, ++number))],
        };
    }
}

/// <summary>Attribute numbers of the system columns.</summary>
internal static class SystemAttribute
{
    internal const int Ctid = -1;
    internal const int Xmin = -2;
    internal const int Cmin = -3;
    internal const int Xmax = -4;
    internal const int Cmax = -5;
    internal const int TableOid = -6;
}
