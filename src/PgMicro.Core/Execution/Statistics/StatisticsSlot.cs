using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Statistics;

/// <summary>One of the five places that a row of pg_statistic has for what is known of a column.</summary>
/// <param name="Kind">pg_statistic.stakind.</param>
/// <param name="Operator">pg_statistic.staop.</param>
/// <param name="Collation">pg_statistic.stacoll.</param>
/// <param name="Numbers">pg_statistic.stanumbers.</param>
/// <param name="Values">pg_statistic.stavalues.</param>
internal readonly record struct StatisticsSlot(short Kind, uint Operator, uint Collation, string? Numbers, string? Values)
{
    internal static PgStatistic Fill(PgStatistic row, List<StatisticsSlot> slots)
    {
        for (var i = 0; i < slots.Count; i++)
        {
            var (kind, op, collation, numbers, values) = slots[i];
            row = i switch
            {
                0 => row with { stakind1 = kind, staop1 = op, stacoll1 = collation, stanumbers1 = numbers, stavalues1 = values },
                1 => row with { stakind2 = kind, staop2 = op, stacoll2 = collation, stanumbers2 = numbers, stavalues2 = values },
                2 => row with { stakind3 = kind, staop3 = op, stacoll3 = collation, stanumbers3 = numbers, stavalues3 = values },
                3 => row with { stakind4 = kind, staop4 = op, stacoll4 = collation, stanumbers4 = numbers, stavalues4 = values },
                _ => row with { stakind5 = kind, staop5 = op, stacoll5 = collation, stanumbers5 = numbers, stavalues5 = values },
            };
        }

        return row;
    }

    /// <summary>An array of float4.</summary>
    internal static string FormatNumbers(PgSession session, IEnumerable<double> numbers) =>
        CatalogArrays.FormatTextArray([.. numbers.Select(n => session.Types.GetCodec(TypeOid.Float4).OutputString(PgDatum.FromDouble((float)n), session))]);

    /// <summary>An array of a type.</summary>
    internal static string FormatValues(PgSession session, uint type, IEnumerable<PgDatum> values)
    {
        var codec = session.Types.GetCodec(type);
        return CatalogArrays.FormatTextArray([.. values.Select(v => codec.OutputString(v, session))]);
    }
}
