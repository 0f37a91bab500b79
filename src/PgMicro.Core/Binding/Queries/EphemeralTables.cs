using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Transition tables of triggers as relations of a query: WITH queries of the whole statement, whose rows are there already.</summary>
internal static class EphemeralTables
{
    /// <summary>The table of a name; null when there is none.</summary>
    internal static EphemeralTable? Find(ParseState pstate, string name)
    {
        foreach (var table in pstate.Context?.Session.EphemeralTables ?? [])
        {
            if (table.Name == name)
            {
                return table;
            }
        }

        return null;
    }

    /// <summary>Raises 0A000 when the target of a statement is such a table.</summary>
    internal static void RejectAsTarget(ParseState pstate, Pg.RangeVar range)
    {
        if (range.Schemaname.Length == 0 && Find(pstate, range.Relname) is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"relation \"{range.Relname}\" cannot be the target of a modifying statement");
        }
    }

    /// <summary>Adds a reference to the range table.</summary>
    internal static ParseNamespaceItem Add(ParseState pstate, EphemeralTable table, Pg.RangeVar range)
    {
        var (top, levelsUp) = (pstate, 0);
        for (; top.ParentParseState is { } parent; levelsUp++)
        {
            top = parent;
        }

        // A WITH query of the same name is another one.
        var name = "\u0001" + table.Name;
        if (top.CteNamespace.Find(c => c.CteName == name) is not { } cte)
        {
            cte = Make(pstate, table, name);
            top.CteNamespace.Add(cte);
        }

        var named = range;
        if (range.Alias is null)
        {
            named = range.Clone();
            named.Alias = new Pg.Alias { Aliasname = range.Relname };
        }

        var item = RangeTableEntries.AddCte(pstate, cte, levelsUp, named);
        if (range.Alias is null)
        {
            item.Rte.Alias = null;
        }

        return item;
    }

    /// <summary>Makes those that a statement has used part of it.</summary>
    internal static void Complete(ParseState pstate, BoundQuery query)
    {
        if (pstate.CteNamespace.Exists(static c => c.StoredIn is not null))
        {
            query.CteList = [.. query.CteList, .. pstate.CteNamespace.Where(static c => c.StoredIn is not null)];
        }
    }

    private static CommonTableExpr Make(ParseState pstate, EphemeralTable table, string name)
    {
        var cte = new CommonTableExpr { CteName = name, StoredIn = table.StoredIn, CteQuery = new BoundQuery { CommandType = CommandType.Select, JoinTree = new FromExpr() } };
        foreach (var column in pstate.Catalog.Attributes(table.Relation))
        {
            if (column.attisdropped)
            {
                continue;
            }

            cte.CteColNames.Add(column.attname);
            cte.CteColTypes.Add(column.atttypid);
            cte.CteColTypmods.Add(column.atttypmod);
            cte.CteColCollations.Add(column.attcollation);
            cte.CteQuery.TargetList.Add(new TargetEntry
            {
                Expr = new BoundConst { Type = column.atttypid, Typmod = column.atttypmod, Collation = column.attcollation, Value = PgDatum.Null },
                ResNo = cte.CteColNames.Count,
                ResName = column.attname,
            });
        }

        return cte;
    }
}
