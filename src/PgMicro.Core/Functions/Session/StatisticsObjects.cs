using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Definitions of extended statistics. There are none (CREATE STATISTICS is refused), so that every OID is an unknown one.</summary>
internal static class StatisticsObjects
{
    [PgFunction("pg_get_statisticsobjdef(oid)")]
    [PgFunction("pg_get_statisticsobjdef_columns(oid)")]
    public static string? Definition(uint statistics) => null;

    [PgFunction("pg_get_statisticsobjdef_expressions(oid)")]
    public static PgDatum Expressions(uint statistics) => PgDatum.Null;
}
