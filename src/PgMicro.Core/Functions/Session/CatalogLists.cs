using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Lists that PostgreSQL has in its program: wait events, and which columns of system relations refer to which.</summary>
internal static class CatalogLists
{
    [PgSetFunction("pg_get_wait_events()")]
    public static IEnumerable<PgDatum[]> WaitEvents()
    {
        var rows = new List<PgDatum[]>();
        var reader = TsvReader.Open("wait_events")!;
        while (reader.Read())
        {
            rows.Add([PgDatum.FromText(reader.Text(0)), PgDatum.FromText(reader.Text(1)), PgDatum.FromText(reader.Text(2))]);
        }

        return rows;
    }

    [PgSetFunction("pg_get_catalog_foreign_keys()")]
    public static IEnumerable<PgDatum[]> ForeignKeys(FunctionContext context)
    {
        var names = context.Types.GetCodec(TypeOid.TextArray);
        var rows = new List<PgDatum[]>();
        var reader = TsvReader.Open("foreign_keys")!;
        while (reader.Read())
        {
            // What is not kept here has no columns that could refer to anything.
            if (Relation(reader.Text(0)) is { } from && Relation(reader.Text(2)) is { } to)
            {
                rows.Add([PgDatum.FromInt64(from), Names(reader.Text(1)), PgDatum.FromInt64(to), Names(reader.Text(3)), PgDatum.FromBoolean(reader.Text(4) == "t"), PgDatum.FromBoolean(reader.Text(5) == "t")]);
            }
        }

        return rows;

        uint? Relation(string name) => context.Catalog.FindClass(name, BuiltInOids.PgCatalogNamespace)?.oid;

        PgDatum Names(string list) => names.Input(Encoding.UTF8.GetBytes(list), -1, context);
    }
}
