using System.Runtime.CompilerServices;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Storage;

namespace PgMicro.Core.Catalog;

/// <summary>The system relations as virtual tables over the current snapshot of a connection's session.</summary>
internal static class CatalogRelations
{
    /// <summary>The name of the virtual table of a system relation.</summary>
    public static string ModuleName(string schema, string relation) => $"{schema}_{relation}";

    /// <summary>The name of the virtual table of a system relation; null for other relations.</summary>
    public static string? ModuleName(CatalogSnapshot catalog, PgClass relation) =>
        relation is { relkind: 'r', oid: < BuiltInOids.FirstNormalObjectId } && catalog.Namespace(relation.relnamespace) is { } schema
            ? ModuleName(schema.nspname, relation.relname)
            : null;

    /// <summary>Makes a module for every system relation; the modules may be registered with any number of connections.</summary>
    /// <param name="current">The catalog that a connection's session sees now.</param>
    /// <param name="databases">The rows of pg_database, which no database's catalog has all of.</param>
    public static IReadOnlyList<RelationModule> CreateModules(
        Func<SqliteConnectionHandle, CatalogSnapshot> current, Func<SqliteConnectionHandle, IReadOnlyList<CatalogRow>> databases)
    {
        var catalog = CatalogSnapshot.Initial;
        var kinds = CatalogRelationList.All.ToDictionary(static r => r.Oid);
        var modules = new List<RelationModule>();
        foreach (var relation in PgClass.Relation.BuiltIn.Rows)
        {
            if (ModuleName(catalog, relation) is not { } name)
            {
                continue;
            }

            var columns = catalog.Attributes(relation.oid).Select(static a => a.attname).ToArray();
            modules.Add(relation.oid == PgDatabase.RelationOid ? new DatabasesModule(name, columns, databases)
                : kinds.TryGetValue(relation.oid, out var kind)
                ? new CatalogModule(name, kind, columns, current)
                : new ConstantModule(name, relation, columns));
        }

        return modules;
    }

    private sealed class CatalogModule(
        string name, CatalogRelation relation, string[] columns, Func<SqliteConnectionHandle, CatalogSnapshot> current)
        : RelationModule(name, columns)
    {
        private readonly ConditionalWeakTable<UserRows, MemoryRelation[]> _parts = [];
        private MemoryRelation[]? _builtIn;

        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection)
        {
            _builtIn ??= [new CatalogRowsRelation(relation.BuiltInRows, columns.Length)];
            return current(connection).UserRowsOf(relation) is { Count: > 0 } user ? _parts.GetValue(user, MakeParts) : _builtIn;
        }

        private MemoryRelation[] MakeParts(UserRows user)
        {
            var builtIn = user.Shadows == 0
                ? _builtIn![0]
                : new CatalogRowsRelation([.. relation.BuiltInRows.Where(r => user.FindRow(r.Key) is null)], columns.Length);
            return [builtIn, new CatalogRowsRelation(user.Ordered, columns.Length)];
        }
    }

    private sealed class DatabasesModule(string name, string[] columns, Func<SqliteConnectionHandle, IReadOnlyList<CatalogRow>> rows)
        : RelationModule(name, columns)
    {
        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection) => [new CatalogRowsRelation(rows(connection), columns.Length)];
    }

    // Relations whose rows never change: those of information_schema, and those that hold nothing here.
    private sealed class ConstantModule(string name, PgClass relation, string[] columns) : RelationModule(name, columns)
    {
        private MemoryRelation[]? _parts;

        internal override MemoryRelation[] GetParts(SqliteConnectionHandle connection) => _parts ??= [Load()];

        private ArrayRelation Load()
        {
            var cells = new List<SqliteCell>();
            if (TsvReader.Open($"information_schema.{relation.relname}", [.. columns]) is { } reader)
            {
                var types = CatalogSnapshot.Initial.Attributes(relation.oid).Select(static a => CatalogSnapshot.Initial.GetBaseType(a.atttypid)).ToArray();
                while (reader.Read())
                {
                    for (var i = 0; i < columns.Length; i++)
                    {
                        cells.Add(
                            reader.IsNull(i) ? SqliteCell.Null
                            : types[i] == Types.TypeOid.Int4 ? SqliteCell.FromInt64(reader.Int64(i))
                            : SqliteCell.FromText(reader.Text(i)));
                    }
                }
            }

            return new ArrayRelation([.. cells], columns.Length);
        }
    }
}
