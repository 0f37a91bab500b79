using System.Globalization;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>ANALYZE of what CREATE STATISTICS names (PostgreSQL's extended_stats.c): combinations of columns and expressions, and expressions by themselves.</summary>
internal static class ExtendedStatistics
{
    private const uint PgStatisticType = 10029;
    private const char KindDistinct = 'd';
    private const char KindDependencies = 'f';
    private const char KindMostCommon = 'm';

    /// <summary>Gathers what an object asks for; changes nothing.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="source">What the rows come from.</param>
    /// <param name="statistics">The object.</param>
    /// <param name="target">The statistics target.</param>
    /// <param name="sample">Rows that the source has.</param>
    /// <param name="total">Rows that the table has.</param>
    internal static PgStatisticExtData Gather(PgSession session, StatisticsSource source, PgStatisticExt statistics, int target, long sample, double total)
    {
        var row = new PgStatisticExtData { stxoid = statistics.oid };
        var expressions = StatisticsObjects.Expressions(statistics);
        var deparser = new CatalogDeparser(session.Catalog, session, [], pretty: false);
        var texts = expressions.ConvertAll(e => deparser.Expr(e, statistics.stxrelid));
        if (expressions.Count > 0)
        {
            row = row with { stxdexpr = Expressions(session, source, expressions, texts, target, sample) };
        }

        if (statistics.stxkeys.Length + expressions.Count < 2)
        {
            return row;
        }

        // Expressions go by negative numbers.
        var columns = statistics.stxkeys.Select(k => session.Catalog.Attribute(statistics.stxrelid, k)!).ToList();
        int[] numbers = [.. statistics.stxkeys.Select(static k => (int)k), .. expressions.Select(static (_, i) => -i - 1)];
        uint[] types = [.. columns.Select(static c => c.atttypid), .. expressions.Select(static e => e.Type)];
        var combinations = Read(session, source, [.. columns.Select(static c => SqliteSqlWriter.Quote(c.attname)), .. texts], types);
        return row with
        {
            stxdndistinct = statistics.stxkind.Contains(KindDistinct) ? Distinct(combinations, numbers, total) : null,
            stxddependencies = statistics.stxkind.Contains(KindDependencies) ? Dependencies(combinations, numbers) : null,
            stxdmcv = statistics.stxkind.Contains(KindMostCommon) ? MostCommon(session, combinations, types, target, total) : null,
        };
    }

    // Each as a row of pg_statistic that belongs to no column.
    private static string Expressions(PgSession session, StatisticsSource source, List<BoundExpr> expressions, List<string> texts, int target, long sample)
    {
        var codec = (RecordCodec)session.Types.GetCodec(PgStatisticType);
        var rows = expressions.Select((e, i) =>
        {
            var row = ColumnStatistics.Gather(session, source, texts[i], e.Type, e.Collation, target, new PgStatistic(), sample, sample);
            return codec.ToStorage([.. Enumerable.Range(0, codec.Fields.Count).Select(row.GetColumn)]);
        });
        return ArrayOperations.Store(session, new PgArray(PgStatisticType, [.. rows])).GetString();
    }

    private static ValueCombinations Read(PgSession session, StatisticsSource source, List<string> items, uint[] types)
    {
        var rows = session.Query(
            $"SELECT {string.Join(", ", items)}, {string.Join(", ", items.Select(static i => $"dense_rank() OVER (ORDER BY {i})"))} FROM {source.From}", out _);
        var wide = Array.ConvertAll(types, t => session.Catalog.Type(session.Catalog.GetBaseType(t)) is { typlen: -1 } type ? type : null);
        return new ValueCombinations(session, rows, items.Count, wide);
    }

    private static string Distinct(ValueCombinations combinations, int[] numbers, double total)
    {
        var items = new List<string>();
        for (var size = 2; size <= numbers.Length; size++)
        {
            foreach (var chosen in ValueCombinations.Choose(numbers.Length, size))
            {
                items.Add(string.Create(CultureInfo.InvariantCulture, $"\"{Join(chosen.Select(i => numbers[i]))}\": {combinations.EstimateDistinct(chosen, total)}"));
            }
        }

        return "{" + string.Join(", ", items) + "}";
    }

    private static string? Dependencies(ValueCombinations combinations, int[] numbers)
    {
        var items = new List<string>();
        for (var size = 2; size <= numbers.Length; size++)
        {
            foreach (var determinants in ValueCombinations.Choose(numbers.Length, size - 1))
            {
                foreach (var implied in Enumerable.Range(0, numbers.Length).Except(determinants))
                {
                    if (combinations.DegreeOfDependency([.. determinants, implied]) is var degree and not 0)
                    {
                        items.Add(string.Create(CultureInfo.InvariantCulture, $"\"{Join(determinants.Select(i => numbers[i]))} => {numbers[implied]}\": {degree:F6}"));
                    }
                }
            }
        }

        return items.Count == 0 ? null : "{" + string.Join(", ", items) + "}";
    }

    private static string? MostCommon(PgSession session, ValueCombinations combinations, uint[] types, int target, double total)
    {
        var codecs = Array.ConvertAll(types, session.Types.GetCodec);
        var items = combinations.MostCommon(target, total)
            .ConvertAll(m => new MostCommonItem([.. m.Values.Select((v, i) => v.IsNull ? null : Canonical(codecs[i], v))], m.Frequency, m.BaseFrequency));
        return items.Count == 0 ? null : new MostCommonList(types, items).Write();
    }

    private static string Canonical(PgTypeCodec codec, in PgDatum value)
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        codec.WriteCanonical(value, writer);
        return System.Text.Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static string Join(IEnumerable<int> numbers) => string.Join(", ", numbers.Select(static n => n.ToString(CultureInfo.InvariantCulture)));
}
