using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>A statement about a table as one about a table that inherits from it (PostgreSQL's adjust_appendrel_attrs).</summary>
internal static class ChildTargets
{
    /// <summary>The statement about one table, which may be the named one without its children.</summary>
    /// <param name="query">The statement.</param>
    /// <param name="named">The table that it names.</param>
    /// <param name="child">The table that it is to be about.</param>
    internal static BoundQuery Of(BoundQuery query, TableLayout named, TableLayout child)
    {
        var target = query.ResultRelation;
        var result = child.Oid == named.Oid ? query : new ChildColumns(target, named, child).RewriteTop(query);
        if (ReferenceEquals(result, query))
        {
            result = (BoundQuery)query.ShallowCopy();
        }

        result.RangeTable = [.. result.RangeTable];
        result.RangeTable[target - 1] = Entry(query.RangeTable[target - 1], child);
        if (child.Oid != named.Oid && query.CommandType is CommandType.Insert or CommandType.Update)
        {
            result.TargetList = Assignments(result.TargetList, named, child);
        }

        return result;
    }

    /// <summary>The range table entry of one table in the place of the named one's.</summary>
    internal static RangeTableEntry Entry(RangeTableEntry named, TableLayout child)
    {
        var entry = (RangeTableEntry)named.ShallowCopy();
        entry.Relid = child.Oid;
        entry.RelKind = child.Class.relkind;
        entry.Inh = false;
        entry.Eref = new Alias { AliasName = named.Eref.AliasName, ColNames = [.. child.AllNames] };
        return entry;
    }

    /// <summary>Assignments to columns as those to the child's.</summary>
    internal static List<TargetEntry> Assignments(List<TargetEntry> list, TableLayout named, TableLayout child)
    {
        var map = Inheritance.Map(named.Catalog, named.Oid, child.Oid);
        return map.IsIdentity ? list : list.ConvertAll(t =>
        {
            if (t.ResJunk)
            {
                return t;
            }

            var copy = (TargetEntry)t.ShallowCopy();
            copy.ResNo = map[t.ResNo];
            return copy;
        });
    }
}

/// <summary>References to the columns of a table as references to those of a table that inherits from it; a whole row stays one of the parent's type.</summary>
/// <param name="varno">The table's range table index, which is the child's too.</param>
/// <param name="parent">The table.</param>
/// <param name="child">The child.</param>
internal sealed class ChildColumns(int varno, TableLayout parent, TableLayout child) : BoundTreeRewriter
{
    private readonly AttributeMap _map = Inheritance.Map(parent.Catalog, parent.Oid, child.Oid);

    protected override BoundExpr RewriteExpr(BoundExpr expr)
    {
        if (expr is not BoundVar column || column.Varno != varno || column.Varlevelsup != SublevelsUp || column.Varattno < 0)
        {
            return base.RewriteExpr(expr);
        }

        return column.Varattno > 0 ? Column(column.Varattno, column) : WholeRow(column);
    }

    private BoundVar Column(int attnum, BoundVar like)
    {
        var definition = parent.ColumnOf(attnum);
        return new BoundVar
        {
            Varno = varno,
            Varattno = _map[attnum],
            Varlevelsup = like.Varlevelsup,
            Type = definition.Type,
            Typmod = definition.Typmod,
            Collation = definition.Collation,
            Location = like.Location,
        };
    }

    private BoundRowExpr WholeRow(BoundVar whole) => new()
    {
        Type = parent.Class.reltype,
        RowFormat = CoercionForm.ImplicitCast,
        Args = [.. Enumerable.Range(1, parent.Class.relnatts).Select(n => parent.IndexOf(n) < 0 ? BoundTrees.Null(TypeOid.Int4, -1, 0) : (BoundExpr)Column(n, whole))],
        ColNames = [.. parent.AllNames],
    };
}
