using PgMicro.Core.Catalog;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>The extensions that CREATE EXTENSION can make here: pg_available_extensions and pg_available_extension_versions.</summary>
internal static class AvailableExtensions
{
    [PgSetFunction("pg_available_extensions()")]
    public static IEnumerable<PgDatum[]> Names() => Rows(static reader => [Text(reader, 0), Text(reader, 1), Text(reader, 7)]);

    [PgSetFunction("pg_available_extension_versions()")]
    public static IEnumerable<PgDatum[]> Versions() => Rows(static reader =>
    [
        Text(reader, 0), Text(reader, 1), PgDatum.FromBoolean(reader.Boolean(2)), PgDatum.FromBoolean(reader.Boolean(3)), PgDatum.FromBoolean(reader.Boolean(4)),
        Text(reader, 5), Text(reader, 6), Text(reader, 7),
    ]);

    private static List<PgDatum[]> Rows(Func<TsvReader, PgDatum[]> row)
    {
        var rows = new List<PgDatum[]>();
        var reader = TsvReader.Open("pg_available_extensions")!;
        while (reader.Read())
        {
            if (Ddl.ExtensionRows.IsKnown(reader.Text(0)))
            {
                rows.Add(row(reader));
            }
        }

        return rows;
    }

    private static PgDatum Text(TsvReader reader, int column) => reader.NullableText(column) is { } text ? PgDatum.FromText(text) : PgDatum.Null;
}
