using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.TextSearch;

namespace PgMicro.Core.Functions.TextSearch;

/// <summary>Parts and changes of a tsvector.</summary>
internal static class TsVectorFunctions
{
    [PgFunction("length(tsvector)")]
    public static int Length(ReadOnlySpan<byte> vector) => PgTsVector.Parse(vector).Lexemes.Length;

    [PgFunction("strip(tsvector)")]
    public static byte[] Strip(ReadOnlySpan<byte> vector) =>
        PgTsVector.FromSorted(PgTsVector.Parse(vector).Lexemes.Select(static l => l with { Positions = [] })).ToStorage();

    [PgFunction("setweight(tsvector,\"char\")")]
    public static byte[] SetWeight(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> weight)
    {
        var given = WeightOf(weight);
        return PgTsVector.FromSorted(PgTsVector.Parse(vector).Lexemes.Select(l => Weighted(l, given))).ToStorage();
    }

    [PgFunction("setweight(tsvector,\"char\",text[])")]
    public static byte[] SetWeight(FunctionContext context, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> weight, ReadOnlySpan<byte> words)
    {
        var given = WeightOf(weight);
        var parsed = PgTsVector.Parse(vector);
        var chosen = new HashSet<int>();
        foreach (var word in ArrayOperations.Parse(context, TypeOid.Text, words).Elements)
        {
            if (!word.IsNull && parsed.Find(word.Bytes) is var at and >= 0)
            {
                chosen.Add(at);
            }
        }

        return PgTsVector.FromSorted(parsed.Lexemes.Select((l, i) => chosen.Contains(i) ? Weighted(l, given) : l)).ToStorage();
    }

    [PgFunction("ts_delete(tsvector,text)")]
    public static byte[] Delete(ReadOnlySpan<byte> vector, ReadOnlySpan<byte> word)
    {
        var parsed = PgTsVector.Parse(vector);
        var taken = parsed.Find(word);
        return PgTsVector.FromSorted(parsed.Lexemes.Where((_, i) => i != taken)).ToStorage();
    }

    [PgFunction("ts_delete(tsvector,text[])")]
    public static byte[] Delete(FunctionContext context, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> words)
    {
        var parsed = PgTsVector.Parse(vector);
        var taken = ArrayOperations.Parse(context, TypeOid.Text, words).Elements.Where(static w => !w.IsNull).Select(w => parsed.Find(w.Bytes)).ToHashSet();
        return PgTsVector.FromSorted(parsed.Lexemes.Where((_, i) => !taken.Contains(i))).ToStorage();
    }

    [PgFunction("ts_filter(tsvector,\"char\"[])")]
    public static byte[] Filter(FunctionContext context, ReadOnlySpan<byte> vector, ReadOnlySpan<byte> weights)
    {
        var mask = 0;
        foreach (var weight in ArrayOperations.Parse(context, TypeOid.Char, weights).Elements)
        {
            mask |= 1 << (weight.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, "weight array may not contain nulls") : WeightOf(weight.Bytes));
        }

        return PgTsVector.FromSorted(PgTsVector.Parse(vector).Lexemes
            .Select(l => l with { Positions = [.. l.Positions.Where(p => (mask & (1 << TsLexeme.Weight(p))) != 0)] })
            .Where(static l => l.Positions.Length > 0)).ToStorage();
    }

    [PgFunction("tsvector_concat(tsvector,tsvector)")]
    public static byte[] Concatenate(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        PgTsVector a = PgTsVector.Parse(left), b = PgTsVector.Parse(right);
        var last = a.Lexemes.SelectMany(static l => l.Positions).Select(static p => TsLexeme.Position(p)).DefaultIfEmpty(0).Max();
        var words = a.Lexemes.Select(static l => (l.Text, (IEnumerable<ushort>)l.Positions))
            .Concat(b.Lexemes.Select(l => (l.Text, (IEnumerable<ushort>)l.Positions.Select(p => TsLexeme.Entry(TsLexeme.Position(p) + last, TsLexeme.Weight(p))))));
        return PgTsVector.From(words).ToStorage();
    }

    [PgFunction("tsvector_to_array(tsvector)")]
    public static PgDatum ToArray(FunctionContext context, ReadOnlySpan<byte> vector) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. PgTsVector.Parse(vector).Lexemes.Select(static l => PgDatum.FromText(l.Text))]));

    [PgFunction("array_to_tsvector(text[])")]
    public static byte[] FromArray(FunctionContext context, ReadOnlySpan<byte> words)
    {
        var elements = ArrayOperations.Parse(context, TypeOid.Text, words).Elements;
        foreach (var element in elements)
        {
            if (element.IsNull)
            {
                throw new PgException(SqlState.NullValueNotAllowed, "lexeme array may not contain nulls");
            }

            if (element.Bytes.Length == 0)
            {
                throw new PgException("2200F", "lexeme array may not contain empty strings");
            }
        }

        return PgTsVector.From(elements.Select(static e => (e.Bytes.ToArray(), (IEnumerable<ushort>)[]))).ToStorage();
    }

    [PgSetFunction("unnest(tsvector)")]
    public static IEnumerable<PgDatum[]> Unnest(FunctionContext context, byte[] vector)
    {
        foreach (var lexeme in PgTsVector.Parse(vector).Lexemes)
        {
            yield return lexeme.Positions.Length == 0
                ? [PgDatum.FromText(lexeme.Text), PgDatum.Null, PgDatum.Null]
                : [
                    PgDatum.FromText(lexeme.Text),
                    ArrayOperations.Store(context, new PgArray(TypeOid.Int2, [.. lexeme.Positions.Select(static p => PgDatum.FromInt64(TsLexeme.Position(p)))])),
                    ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. lexeme.Positions.Select(static p => PgDatum.FromText("DCBA"[TsLexeme.Weight(p)].ToString()))])),
                ];
        }
    }

    private static TsLexeme Weighted(TsLexeme lexeme, int weight) =>
        lexeme with { Positions = [.. lexeme.Positions.Select(p => TsLexeme.Entry(TsLexeme.Position(p), weight))] };

    private static int WeightOf(ReadOnlySpan<byte> weight)
    {
        var c = weight.Length == 0 ? (byte)0 : weight[0];
        return (c | 0x20) switch
        {
            'a' => 3,
            'b' => 2,
            'c' => 1,
            'd' => 0,
            _ => throw new PgException(SqlState.InvalidParameterValue, $"unrecognized weight: {c}"),
        };
    }
}
