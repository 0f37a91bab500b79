using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>PRIMARY KEY, UNIQUE and EXCLUDE as the indexes that implement them (transformIndexConstraints).</summary>
internal static class KeyIndexes
{
    /// <summary>The indexes of a new table's keys: the primary key's first, equal ones once.</summary>
    internal static List<Pg.IndexStmt> Transform(TableDefinition table)
    {
        var result = new List<Pg.IndexStmt>();
        Pg.IndexStmt? primary = null;
        foreach (var constraint in table.Keys)
        {
            var columns = table.Columns.Select(static c => c.Name).ToList();
            var index = Transform(constraint, columns);
            if (index.Primary)
            {
                if (primary is not null)
                {
                    throw new PgException(SqlState.InvalidTableDefinition, $"multiple primary keys for table \"{table.RelationName}\" are not allowed").At(constraint.Location);
                }

                primary = index;
                foreach (var key in index.IndexParams)
                {
                    if (table.Columns.Find(c => c.Name == key.IndexElem.Name) is { } column)
                    {
                        column.NotNull = true;
                    }
                }
            }
            else
            {
                result.Add(index);
            }
        }

        var kept = primary is null ? new List<Pg.IndexStmt>() : [primary];
        foreach (var index in result)
        {
            var same = kept.Find(k => k.IndexParams.Equals(index.IndexParams) && k.IndexIncludingParams.Equals(index.IndexIncludingParams)
                && k.ExcludeOpNames.Equals(index.ExcludeOpNames) && Equals(k.WhereClause, index.WhereClause) && k.AccessMethod == index.AccessMethod
                && k.Deferrable == index.Deferrable && k.Initdeferred == index.Initdeferred && k.NullsNotDistinct == index.NullsNotDistinct);
            if (same is null)
            {
                kept.Add(index);
            }
            else if (same.Idxname.Length == 0)
            {
                same.Idxname = index.Idxname;
            }
        }

        return kept;
    }

    /// <summary>One key as an index over columns of a table.</summary>
    internal static Pg.IndexStmt Transform(Pg.Constraint constraint, IReadOnlyCollection<string> columns)
    {
        var index = new Pg.IndexStmt
        {
            Idxname = constraint.Conname,
            Unique = constraint.Contype != Pg.ConstrType.ConstrExclusion,
            Primary = constraint.Contype == Pg.ConstrType.ConstrPrimary,
            Isconstraint = true,
            Deferrable = constraint.Deferrable,
            Initdeferred = constraint.Initdeferred,
            NullsNotDistinct = constraint.NullsNotDistinct,
            AccessMethod = constraint.AccessMethod.Length > 0 ? constraint.AccessMethod : "btree",
            WhereClause = constraint.WhereClause,
            TableSpace = constraint.Indexspace,
        };
        index.Options.AddRange(constraint.Options);
        foreach (var key in constraint.Keys)
        {
            var name = key.String.Sval;
            if (!columns.Contains(name) && !RelationRows.IsSystemColumn(name))
            {
                throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" named in key does not exist").At(constraint.Location);
            }

            if (index.IndexParams.Any(e => e.IndexElem.Name == name))
            {
                throw new PgException(
                    SqlState.DuplicateColumn, $"column \"{name}\" appears twice in {(index.Primary ? "primary key" : "unique")} constraint").At(constraint.Location);
            }

            index.IndexParams.Add(Element(name));
        }

        foreach (var exclusion in constraint.Exclusions)
        {
            index.IndexParams.Add(exclusion.List.Items[0]);
            index.ExcludeOpNames.Add(exclusion.List.Items[1]);
        }

        foreach (var key in constraint.Including)
        {
            if (!columns.Contains(key.String.Sval))
            {
                throw new PgException(SqlState.UndefinedColumn, $"column \"{key.String.Sval}\" named in key does not exist").At(constraint.Location);
            }

            index.IndexIncludingParams.Add(Element(key.String.Sval));
        }

        return index;
    }

    private static Pg.Node Element(string name) =>
        new() { IndexElem = new Pg.IndexElem { Name = name, Ordering = Pg.SortByDir.SortbyDefault, NullsOrdering = Pg.SortByNulls.Default } };
}
