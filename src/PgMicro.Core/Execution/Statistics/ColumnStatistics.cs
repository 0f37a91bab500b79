using System.Globalization;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>
/// ANALYZE of columns: fills pg_statistic by PostgreSQL's rules (analyze.c).
/// </summary>
internal static class ColumnStatistics
{
    private const int RowsForTarget = 300;
    private const int WidestLookedAt = 1024;
    private const short KindMostCommon = 1;
    private const short KindHistogram = 2;
    private const short KindCorrelation = 3;
    private const uint ArrayTypanalyze = 3816;

    /// <summary>Gathers the statistics of a table's columns, and those that CREATE STATISTICS asks for; changes nothing.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Those to look at; null for all.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="inherits">Whether the rows of the tables that inherit from it are looked at too.</param>
    internal static GatheredStatistics Gather(PgSession session, PgClass table, IReadOnlySet<string>? columns, long rows, bool inherits = false)
    {
        var wanted = session.Catalog.Attributes(table.oid)
            .Where(a => a is { attisdropped: false, attnum: > 0 } && Target(session, a) > 0 && columns?.Contains(a.attname) != false).ToList();
        var result = new GatheredStatistics();
        if (rows == 0 || wanted.Count == 0)
        {
            return result;
        }

        var objects = session.Catalog.StatisticsOf(table.oid).OrderBy(static s => s.oid).ToList();
        var possible = objects.FindAll(s => s.stxkeys.All(k => wanted.Exists(c => c.attnum == k)));
        result.NotComputed.AddRange(objects.Except(possible));
        var targets = possible.ConvertAll(s => s.stxstattarget ?? Target(session, s, wanted));
        var most = Math.Max(wanted.Max(a => Target(session, a)), targets.DefaultIfEmpty().Max()) * (long)RowsForTarget;
        var source = Source(session, table, rows, most, inherits);
        result.Sample = rows <= most ? rows : session.Query("SELECT count(*) FROM " + source.From, out _)[0][0].Int64;
        if (result.Sample == 0)
        {
            return result;
        }

        result.Columns.AddRange(wanted.Select(column => Gather(session, source, column, inherits, result.Sample, rows)));
        result.Extended.AddRange(possible.Select((s, i) => (s, i)).Where(p => targets[p.i] > 0)
            .Select(p => ExtendedStatistics.Gather(session, source, p.s, targets[p.i], result.Sample, rows) with { stxdinherit = inherits }));
        return result;
    }

    private static int Target(PgSession session, PgAttribute column) => column.attstattarget ?? DefaultTarget(session);

    // That of its columns that asks for most; the default when it has none.
    private static int Target(PgSession session, PgStatisticExt statistics, List<PgAttribute> columns) =>
        statistics.stxkeys.Length == 0 ? DefaultTarget(session) : statistics.stxkeys.Max(k => Target(session, columns.First(c => c.attnum == k)));

    private static int DefaultTarget(PgSession session) => int.Parse(session.GetSetting("default_statistics_target", missingOk: false)!, CultureInfo.InvariantCulture);

    private static StatisticsSource Source(PgSession session, PgClass table, long rows, long most, bool inherits)
    {
        var order = inherits ? $"array_position('{{{string.Join(',', Inheritance.Descendants(session.Catalog, table.oid))}}}'::oid[], tableoid), ctid" : "ctid";
        var name = $"{(inherits ? "" : "ONLY ")}{SqliteSqlWriter.Quote(session.Catalog.Namespace(table.relnamespace)!.nspname)}.{SqliteSqlWriter.Quote(table.relname)}";
        return new(rows <= most
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{name} TABLESAMPLE BERNOULLI ({100.0 * most / rows}) REPEATABLE ({table.oid})"), order);
    }

    private static PgStatistic Gather(PgSession session, StatisticsSource source, PgAttribute column, bool inherits, long sample, double total)
    {
        var row = Gather(
            session, source, SqliteSqlWriter.Quote(column.attname), column.atttypid, column.attcollation, Target(session, column),
            new PgStatistic { starelid = column.attrelid, staattnum = column.attnum, stainherit = inherits }, sample, total);

        // ALTER COLUMN … SET (n_distinct = …) knows better.
        var option = inherits ? "n_distinct_inherited=" : "n_distinct=";
        return column.attoptions is { } options
            && Array.Find(options, o => o.StartsWith(option, StringComparison.Ordinal)) is { } given
            && float.Parse(given[option.Length..], CultureInfo.InvariantCulture) is var distinct and not 0
                ? row with { stadistinct = distinct }
                : row;
    }

    /// <summary>Gathers the statistics of an expression.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="source">What the rows come from.</param>
    /// <param name="expression">The expression, as SQL.</param>
    /// <param name="typeOid">Its type.</param>
    /// <param name="collation">Its collation.</param>
    /// <param name="target">The statistics target.</param>
    /// <param name="row">What is known of the row that is to have them.</param>
    /// <param name="sample">Rows that the source has.</param>
    /// <param name="total">Rows that the table has.</param>
    internal static PgStatistic Gather(
        PgSession session, StatisticsSource source, string expression, uint typeOid, uint collation, int target, PgStatistic row, long sample, double total)
    {
        var catalog = session.Catalog;
        var type = catalog.Type(catalog.GetBaseType(typeOid))!;
        var operators = OperatorResolution.FindSortGroupOperators(catalog, type.oid);
        var isScalar = operators is { Lt: not 0, Eq: not 0 } && type.typanalyze is 0 or ArrayTypanalyze;
        var order = isScalar ? $"dense_rank() OVER (ORDER BY {expression})" : "0";
        var values = session.Query(
            $"SELECT {expression}, {order}, row_number() OVER (ORDER BY {source.Order}) FROM {source.From} WHERE ({expression}) IS NOT NULL ORDER BY 2, 3", out _);
        if (values.Count == 0)
        {
            return row with { stanullfrac = 1, stawidth = type.typlen > 0 ? type.typlen : 0 };
        }

        var width = 0L;
        var looked = new List<int>(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            var bytes = StoredWidth.Of(session, type, values[i][0], isComputed: row.staattnum == 0);
            width += bytes;
            if (type.typlen > 0 || bytes <= WidestLookedAt)
            {
                looked.Add(i);
            }
        }

        row = row with { stawidth = (int)(width / (double)values.Count), stanullfrac = (float)((double)(sample - values.Count) / sample) };
        var slots = new List<StatisticsSlot>();
        if (!isScalar || looked.Count == 0)
        {
            // Of what cannot be compared nothing is known; what is too wide, and ranges, are taken for unique.
            row = row with { stadistinct = operators.Lt == 0 && type.typanalyze == 0 ? 0 : (float)(-1.0 * (1.0 - row.stanullfrac)) };
        }
        else
        {
            var statistics = new ScalarStatistics(
                looked.ConvertAll(i => values[i][1].Int64), Places(looked.ConvertAll(i => values[i][2].Int64)), target,
                sample, sample - values.Count, values.Count - looked.Count, total);
            row = row with { stadistinct = statistics.Distinct };
            AddScalar(slots, session, type, collation, operators, statistics, i => values[looked[i]][0], sample);
        }

        var column = type.typanalyze == 0 ? [] : values.OrderBy(static v => v[2].Int64).Select(static v => v[0]);
        slots.AddRange(type.typanalyze switch
        {
            ArrayTypanalyze => ElementStatistics.OfArrays(session, type, collation, column, target),
            ElementStatistics.TsTypanalyze => ElementStatistics.OfLexemes(session, column, target),
            RangeStatistics.Typanalyze or RangeStatistics.MultirangeTypanalyze => RangeStatistics.Gather(session, type, column, target),
            _ => [],
        });
        return StatisticsSlot.Fill(row, slots);
    }

    // Which of them each is.
    private static int[] Places(List<long> numbers)
    {
        var keys = numbers.ToArray();
        var places = new int[keys.Length];
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        for (var i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return places;
    }

    private static void AddScalar(
        List<StatisticsSlot> slots, PgSession session, PgType type, uint collation, SortGroupOperators operators, ScalarStatistics statistics, Func<int, PgDatum> value, long sample)
    {
        if (statistics.MostCommon.Count > 0)
        {
            slots.Add(new(
                KindMostCommon, operators.Eq, collation, StatisticsSlot.FormatNumbers(session, statistics.MostCommon.Select(m => (double)m.Count / sample)),
                StatisticsSlot.FormatValues(session, type.oid, statistics.MostCommon.Select(m => value(m.First)))));
        }

        if (statistics.Histogram.Count > 0)
        {
            slots.Add(new(KindHistogram, operators.Lt, collation, null, StatisticsSlot.FormatValues(session, type.oid, statistics.Histogram.Select(value))));
        }

        if (statistics.Correlation is { } correlation)
        {
            slots.Add(new(KindCorrelation, operators.Lt, collation, StatisticsSlot.FormatNumbers(session, [correlation]), null));
        }
    }
}
