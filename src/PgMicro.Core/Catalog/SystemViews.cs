namespace PgMicro.Core.Catalog;

/// <summary>A system view as PostgreSQL defines it.</summary>
/// <param name="Oid">pg_class.oid.</param>
/// <param name="Schema">pg_catalog or information_schema.</param>
/// <param name="Name">pg_class.relname.</param>
/// <param name="Definition">pg_get_viewdef: a SELECT.</param>
public sealed record SystemView(uint Oid, string Schema, string Name, string Definition);

/// <summary>The views of pg_catalog and information_schema: bound and expanded like those of users.</summary>
public static class SystemViews
{
    private static readonly Lazy<Dictionary<uint, SystemView>> s_views = new(Load);

    /// <summary>The system view of an OID; null if there is none.</summary>
    public static SystemView? Find(uint relationOid) => s_views.Value.GetValueOrDefault(relationOid);

    /// <summary>A system view's query as SQL; null if the relation is none.</summary>
    public static string? GetDefinition(uint relationOid) => Find(relationOid)?.Definition;

    private static Dictionary<uint, SystemView> Load()
    {
        var result = new Dictionary<uint, SystemView>();
        if (TsvReader.Open("views", ["oid", "nspname", "relname", "definition"]) is { } reader)
        {
            while (reader.Read())
            {
                var view = new SystemView(reader.Oid(0), reader.Text(1), reader.Text(2), reader.Text(3));
                result.Add(view.Oid, view);
            }
        }

        return result;
    }
}
