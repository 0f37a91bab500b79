using System.Collections.Immutable;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

/// <summary>
/// What the databases of a cluster have in common (pg_class.relisshared): roles, memberships, settings of roles and databases, comments on
/// them, privileges for parameters. Immutable. A database's row of pg_database is its own.
/// </summary>
internal sealed class SharedRows
{
    /// <summary>The relations.</summary>
    internal static readonly ImmutableArray<CatalogRelation> Relations =
        [PgAuthid.Relation, PgAuthMembers.Relation, PgDbRoleSetting.Relation, PgShdescription.Relation, PgParameterAcl.Relation];

    private readonly UserRows[] _rows;

    private SharedRows(UserRows[] rows, long version)
    {
        _rows = rows;
        Version = version;
    }

    /// <summary>Counts the changes.</summary>
    internal long Version { get; }

    /// <summary>All rows.</summary>
    internal IEnumerable<CatalogRow> All => _rows.SelectMany(static r => r.Ordered);

    internal static bool IsShared(CatalogRelation relation) => Relations.Contains(relation);

    /// <summary>The shared rows among a catalog's.</summary>
    internal static SharedRows Of(CatalogSnapshot catalog, long version) =>
        new([.. Relations.Select(r => catalog.UserRowsOf(r) ?? r.CreateUserRows())], version);

    /// <summary>Rows as a file has them.</summary>
    internal static SharedRows Of(Func<CatalogRelation, UserRows> read, long version) => new([.. Relations.Select(read)], version);

    /// <summary>The rows after changes, with the next version.</summary>
    internal SharedRows With(IEnumerable<CatalogChange> changes)
    {
        var rows = (UserRows[])_rows.Clone();
        foreach (var change in changes)
        {
            ref var relation = ref rows[Relations.IndexOf(change.Relation)];
            relation = change.New is null ? relation.Without(change.Key) : relation.With(change.New);
        }

        return new(rows, Version + 1);
    }

    /// <summary>What makes these rows of others.</summary>
    internal List<CatalogChange> ChangesSince(SharedRows before)
    {
        var changes = new List<CatalogChange>();
        for (var i = 0; i < _rows.Length; i++)
        {
            foreach (var row in _rows[i].Ordered)
            {
                if (before._rows[i].FindRow(row.Key) is var old && !row.Equals(old))
                {
                    changes.Add(new CatalogChange(row.Table, row.Key, old, row));
                }
            }

            foreach (var old in before._rows[i].Ordered)
            {
                if (_rows[i].FindRow(old.Key) is null)
                {
                    changes.Add(new CatalogChange(old.Table, old.Key, old, null));
                }
            }
        }

        return changes;
    }

    /// <summary>Whether a catalog has exactly these.</summary>
    internal bool AreIn(CatalogSnapshot catalog)
    {
        for (var i = 0; i < _rows.Length; i++)
        {
            if (!ReferenceEquals(catalog.UserRowsOf(Relations[i]), _rows[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts them in place of a catalog's own.</summary>
    internal void PutInto(UserRows?[] user)
    {
        for (var i = 0; i < _rows.Length; i++)
        {
            user[Relations[i].Number] = _rows[i];
        }
    }
}
