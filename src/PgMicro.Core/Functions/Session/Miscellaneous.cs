using System.Net;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Sizes as text, and what a server in another process would answer.</summary>
internal static class Miscellaneous
{
    private static readonly (string Name, int Limit, bool Round, int Bits)[] Units =
    [
        ("bytes", 10 * 1024, false, 0), ("kB", (20 * 1024) - 1, true, 10), ("MB", (20 * 1024) - 1, true, 20),
        ("GB", (20 * 1024) - 1, true, 30), ("TB", (20 * 1024) - 1, true, 40), ("PB", (20 * 1024) - 1, true, 50),
    ];

    [PgFunction("pg_size_pretty(bigint)")]
    public static string SizePretty(long size)
    {
        for (var i = 0; ; i++)
        {
            var (name, limit, round, bits) = Units[i];
            if (i == Units.Length - 1 || (size != long.MinValue && Math.Abs(size) < limit))
            {
                return (round ? (size + (size < 0 ? -1 : 1)) / 2 : size).ToString(global::System.Globalization.CultureInfo.InvariantCulture) + " " + name;
            }

            // One bit more is kept for the unit that rounds.
            size /= 1L << (Units[i + 1].Bits - bits - (Units[i + 1].Round ? 1 : 0) + (round ? 1 : 0));
        }
    }

    [PgFunction("pg_encoding_max_length(integer)")]
    public static int? EncodingMaxLength(int encoding) => encoding switch { 6 => 4, 0 or 8 => 1, _ => null };

    [PgFunction("inet_client_addr()")]
    public static string? ClientAddress(FunctionContext context) => Address(context.ClientEndPoint);

    [PgFunction("inet_server_addr()")]
    public static string? ServerAddress(FunctionContext context) => Address(context.ServerEndPoint);

    /// <summary>An end point's address as inet is stored.</summary>
    internal static string? Address(IPEndPoint? endPoint) =>
        endPoint is null ? null : (endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address).ToString();

    [PgFunction("pg_trigger_depth()")]
    public static int TriggerDepth(FunctionContext context) => context.TriggerDepth;

    [PgFunction("pg_jit_available()")]
    public static bool JitAvailable() => false;

    [PgFunction("row_security_active(oid)")]
    public static bool RowSecurityActive(FunctionContext context, uint relation) =>
        context.Catalog.Class(relation) is { } row && Catalog.Privileges.RowSecurityCheck.AppliesTo(context.Catalog, row, context.CurrentUser);

    [PgFunction("pg_collation_for(\"any\")")]
    public static string? CollationFor(CallSite site, FunctionContext context, PgDatum value)
    {
        var type = site.ArgumentTypes[0];
        if (context.Catalog.Type(type) is { typcollation: 0 } && type != TypeOid.Unknown)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {TypeNames.Format(context, type, -1)}");
        }

        return context.Catalog.Collation(site.Collation) is { } collation ? Text.Quote.Identifier(collation.collname) : null;
    }
}
