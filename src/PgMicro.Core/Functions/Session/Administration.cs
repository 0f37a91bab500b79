using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>What chapter 9.26 and 9.28 of the manual tell about a server, as far as an embedded engine has it.</summary>
internal static class Administration
{
    private static readonly Lazy<PgDatum[][]> Keywords = new(LoadKeywords);

    [PgSetFunction("pg_get_keywords()")]
    public static IEnumerable<PgDatum[]> ListKeywords() => Keywords.Value;

    [PgFunction("pg_basetype(regtype)")]
    public static uint? BaseType(FunctionContext context, uint type) => context.Catalog.Type(type) is null ? null : context.Catalog.GetBaseType(type);

    [PgFunction("pg_sleep_for(interval)")]
    public static void SleepFor(FunctionContext context, PgInterval span) => SessionInformation.Sleep(context, (double)span.Span / 1_000_000);

    [PgFunction("pg_sleep_until(timestamptz)")]
    public static void SleepUntil(FunctionContext context, long until) => SessionInformation.Sleep(context, ((double)until - DateTimes.Now.Clock()) / 1_000_000);

    [PgSetFunction("pg_options_to_table(text[])")]
    public static IEnumerable<PgDatum[]> Options(FunctionContext context, byte[] options) =>
        ArrayOperations.Parse(context, TypeOid.Text, options).Elements.Select(static option =>
        {
            var text = option.GetString();
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            return equals < 0
                ? new[] { PgDatum.FromText(text), PgDatum.Null }
                : [PgDatum.FromText(text[..equals]), PgDatum.FromText(text[(equals + 1)..])];
        });

    [PgFunction("row_security_active(text)")]
    public static bool RowSecurityActive(FunctionContext context, string relation) =>
        Miscellaneous.RowSecurityActive(context, (context.Reg ?? throw PgErrors.FeatureNotSupported("row_security_active without a catalog")).FindRelation(relation));

    // Nobody authenticates to an embedded engine through the operating system.
    [PgFunction("system_user()")]
    public static string? SystemUser() => null;

    // The engine compares by code points and has no ICU.
    [PgFunction("icu_unicode_version()")]
    public static string? IcuUnicodeVersion() => null;

    // Values are kept as they are: neither compressed nor out of line.
    [PgFunction("pg_column_compression(\"any\")")]
    public static string? Compression(PgDatum value) => null;

    [PgFunction("pg_column_toast_chunk_id(\"any\")")]
    public static uint? ChunkId(PgDatum value) => null;

    [PgFunction("to_ascii(text)")]
    public static string ToAscii(string text) => throw NoAscii("UTF8");

    [PgFunction("age(xid)")]
    public static int Age(FunctionContext context, uint xid) =>
        xid < 3 ? int.MaxValue : unchecked((int)((uint)context.CurrentTransactionId() - xid));

    private static PgException NoAscii(string encoding) =>
        new(SqlState.FeatureNotSupported, $"encoding conversion from {encoding} to ASCII not supported");

    private static PgDatum[][] LoadKeywords()
    {
        using var stream = typeof(Administration).Assembly.GetManifestResourceStream("Catalog/keywords.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        reader.ReadLine();
        var rows = new List<PgDatum[]>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            rows.Add([PgDatum.FromText(fields[0]), PgDatum.FromText(fields[1]), PgDatum.FromBoolean(fields[2] == "t"), PgDatum.FromText(fields[3]), PgDatum.FromText(fields[4])]);
        }

        return [.. rows];
    }
}
