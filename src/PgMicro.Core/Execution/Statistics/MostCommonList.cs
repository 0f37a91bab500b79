using System.Text.Json;
using PgMicro.Core.Functions;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>A combination of values, in their canonical form.</summary>
/// <param name="Values">The values; null for NULL.</param>
/// <param name="Frequency">Which part of the rows has them.</param>
/// <param name="BaseFrequency">Which part would have them if they did not depend on each other.</param>
internal sealed record MostCommonItem(string?[] Values, double Frequency, double BaseFrequency);

/// <summary>The most common combinations of values that pg_statistic_ext_data has: a pg_mcv_list, which is shown as bytes.</summary>
/// <param name="Types">The types of the values.</param>
/// <param name="Items">The combinations.</param>
internal sealed record MostCommonList(uint[] Types, List<MostCommonItem> Items)
{
    private const string Prefix = "\\x";

    internal string Write() => Prefix + Convert.ToHexStringLower(JsonSerializer.SerializeToUtf8Bytes(this));

    [PgSetFunction("pg_mcv_list_items(pg_mcv_list)")]
    public static IEnumerable<PgDatum[]> ReadItems(FunctionContext context, byte[] list)
    {
        var read = JsonSerializer.Deserialize<MostCommonList>(Convert.FromHexString(System.Text.Encoding.UTF8.GetString(list.AsSpan(Prefix.Length))))!;
        var codecs = Array.ConvertAll(read.Types, context.Types.GetCodec);
        return read.Items.Select((item, i) => new[]
        {
            PgDatum.FromInt64(i),
            ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. item.Values.Select((v, d) => v is null ? PgDatum.Null : PgDatum.FromText(Show(codecs[d], v, context)))])),
            ArrayOperations.Store(context, new PgArray(TypeOid.Bool, [.. item.Values.Select(static v => PgDatum.FromBoolean(v is null))])),
            PgDatum.FromDouble(item.Frequency),
            PgDatum.FromDouble(item.BaseFrequency),
        });
    }

    private static string Show(PgTypeCodec codec, string value, FunctionContext context) =>
        codec.OutputString(codec.ReadCanonical(System.Text.Encoding.UTF8.GetBytes(value)), context);
}
