using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>ts_rank: how often, how near to each other and with which weights the words of a query occur.</summary>
internal static class TsRank
{
    private static readonly float[] DefaultWeights = [0.1f, 0.2f, 0.4f, 1.0f];
    private static readonly ushort[] Nowhere = [TsLexeme.Entry(TsLexeme.MaxPosition, 0)];

    [PgFunction("ts_rank(tsvector,tsquery)")]
    public static float Rank(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query) => Rank(DefaultWeights, vector, query, 0);

    [PgFunction("ts_rank(tsvector,tsquery,integer)")]
    public static float Rank(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method) => Rank(DefaultWeights, vector, query, method);

    [PgFunction("ts_rank(real[],tsvector,tsquery)")]
    public static float Rank(FunctionContext context, ReadOnlySpan<byte> weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query) =>
        Rank(Weights(context, weights), vector, query, 0);

    [PgFunction("ts_rank(real[],tsvector,tsquery,integer)")]
    public static float Rank(FunctionContext context, ReadOnlySpan<byte> weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method) =>
        Rank(Weights(context, weights), vector, query, method);

    internal static float[] Default => DefaultWeights;

    internal static float[] Weights(FunctionContext context, ReadOnlySpan<byte> weights)
    {
        var array = ArrayOperations.Parse(context, TypeOid.Float4, weights);
        if (array.Dimensions.Length != 1)
        {
            throw new PgException(SqlState.ArraySubscriptError, "array of weight must be one-dimensional");
        }

        if (array.Elements.Length < DefaultWeights.Length)
        {
            throw new PgException(SqlState.ArraySubscriptError, "array of weight is too short");
        }

        var result = new float[DefaultWeights.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (array.Elements[i].IsNull)
            {
                throw new PgException(SqlState.NullValueNotAllowed, "array of weight must not contain nulls");
            }

            result[i] = (float)array.Elements[i].Double is var weight and >= 0 ? weight : DefaultWeights[i];
            if (result[i] > 1.0)
            {
                throw new PgException(SqlState.InvalidParameterValue, "weight out of range");
            }
        }

        return result;
    }

    /// <summary>Words of a document, repetitions counted.</summary>
    internal static int DocumentLength(PgTsVector vector) => vector.Lexemes.Sum(static l => Math.Max(l.Positions.Length, 1));

    private static float Rank(float[] weights, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> query, int method)
    {
        var document = PgTsVector.Parse(vector);
        if (document.Lexemes.Length == 0 || PgTsQuery.FromStorage(query) is not { } node)
        {
            return 0;
        }

        var values = Unique(node);
        var result = node is TsBinary { Operator: TsOperator.And or TsOperator.Phrase } && values.Count > 1 ? RankAnd(weights, document, values) : RankOr(weights, document, values);
        result = result < 0 ? 1e-20f : result;
        if ((method & 1) != 0)
        {
            result = (float)(result / (Math.Log(DocumentLength(document) + 1) / Math.Log(2.0)));
        }

        if ((method & 2) != 0)
        {
            result /= DocumentLength(document);
        }

        if ((method & 8) != 0)
        {
            result /= document.Lexemes.Length;
        }

        if ((method & 16) != 0)
        {
            result = (float)(result / (Math.Log(document.Lexemes.Length + 1) / Math.Log(2.0)));
        }

        return (method & 32) != 0 ? result / (result + 1) : result;
    }

    private static List<TsValue> Unique(TsNode node)
    {
        var values = new List<TsValue>();
        foreach (var value in TsOperators.Values(node).OrderBy(static v => v.Text, Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            if (values.Count == 0 || !values[^1].Text.AsSpan().SequenceEqual(value.Text))
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static float RankAnd(float[] weights, PgTsVector document, List<TsValue> values)
    {
        var found = new ushort[]?[values.Count];
        var result = -1f;
        for (var i = 0; i < values.Count; i++)
        {
            foreach (var lexeme in document.Lexemes[document.Matching(values[i].Text, values[i].IsPrefix)])
            {
                var own = found[i] = lexeme.Positions.Length > 0 ? lexeme.Positions : Nowhere;
                for (var k = 0; k < i; k++)
                {
                    if (found[k] is not { } others)
                    {
                        continue;
                    }

                    foreach (var a in own)
                    {
                        foreach (var b in others)
                        {
                            var distance = Math.Abs(TsLexeme.Position(a) - TsLexeme.Position(b));
                            if (distance != 0 || ReferenceEquals(own, Nowhere) || ReferenceEquals(others, Nowhere))
                            {
                                var weight = (float)Math.Sqrt(weights[TsLexeme.Weight(a)] * weights[TsLexeme.Weight(b)] * Nearness(distance == 0 ? TsLexeme.MaxPosition + 1 : distance));
                                result = result < 0 ? weight : (float)(1.0 - ((1.0 - result) * (1.0 - weight)));
                            }
                        }
                    }
                }
            }
        }

        return result;
    }

    private static float Nearness(int distance) => distance > 100 ? 1e-30f : (float)(1.0 / (1.005 + (0.05 * Math.Exp((distance / 1.5f) - 2))));

    private static float RankOr(float[] weights, PgTsVector document, List<TsValue> values)
    {
        var result = 0f;
        foreach (var value in values)
        {
            foreach (var lexeme in document.Lexemes[document.Matching(value.Text, value.IsPrefix)])
            {
                var positions = lexeme.Positions.Length > 0 ? lexeme.Positions : Nowhere;
                var (sum, best, bestAt) = (0f, -1f, 0);
                for (var j = 0; j < positions.Length; j++)
                {
                    var weight = weights[TsLexeme.Weight(positions[j])];
                    sum += weight / ((j + 1) * (j + 1));
                    if (weight > best)
                    {
                        (best, bestAt) = (weight, j);
                    }
                }

                // The heaviest occurrence counts in full; the limit of the sum of inverse squares is pi²/6.
                result = (float)(result + ((best + sum - (best / ((bestAt + 1) * (bestAt + 1)))) / 1.64493406685));
            }
        }

        return values.Count > 0 ? result / values.Count : result;
    }
}
