using System.Text;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Text search functions that run a query of their own: ts_rewrite(query, select) and ts_stat.</summary>
internal static class TsQueries
{
    [PgFunction("ts_rewrite(tsquery,text)")]
    public static byte[] Rewrite(FunctionContext context, ReadOnlySpan<byte> query, string select)
    {
        var rows = context.Query(select, out var types);
        if (types is not [TypeOid.TsQuery, TypeOid.TsQuery])
        {
            throw new PgException(SqlState.InvalidParameterValue, "ts_rewrite query must return two tsquery columns");
        }

        var node = PgTsQuery.FromStorage(query);
        foreach (var row in rows)
        {
            if (node is not null && !row[0].IsNull && !row[1].IsNull && PgTsQuery.FromStorage(row[0].Bytes) is { } target)
            {
                node = TsRewrite.Apply(node, target, PgTsQuery.FromStorage(row[1].Bytes));
            }
        }

        return PgTsQuery.ToStorage(node);
    }

    [PgSetFunction("ts_stat(text)")]
    public static IEnumerable<PgDatum[]> Statistics(FunctionContext context, string select) => Statistics(context, select, "");

    [PgSetFunction("ts_stat(text,text)")]
    public static IEnumerable<PgDatum[]> Statistics(FunctionContext context, string select, string weights)
    {
        var wanted = 0;
        foreach (var c in weights)
        {
            wanted |= char.ToUpperInvariant(c) switch { 'A' => 8, 'B' => 4, 'C' => 2, 'D' => 1, _ => 0 };
        }

        var rows = context.Query(select, out var types);
        if (types is not [TypeOid.TsVector])
        {
            throw new PgException(SqlState.InvalidParameterValue, "ts_stat query must return one tsvector column");
        }

        var words = new SortedDictionary<string, (int Documents, int Entries)>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            foreach (var lexeme in row[0].IsNull ? [] : PgTsVector.Parse(row[0].Bytes).Lexemes)
            {
                // Words without positions count as one of weight D.
                var entries = lexeme.Positions.Length == 0
                    ? (wanted == 0 || (wanted & 1) != 0 ? 1 : 0)
                    : wanted == 0 ? lexeme.Positions.Length : lexeme.Positions.Count(p => (wanted & (1 << TsLexeme.Weight(p))) != 0);
                if (entries > 0)
                {
                    var word = Encoding.UTF8.GetString(lexeme.Text);
                    var (documents, total) = words.GetValueOrDefault(word);
                    words[word] = (documents + 1, total + entries);
                }
            }
        }

        // The order in which PostgreSQL's tree of words is walked.
        return words.Reverse().Select(static w => new[] { PgDatum.FromText(w.Key), PgDatum.FromInt64(w.Value.Documents), PgDatum.FromInt64(w.Value.Entries) });
    }
}
