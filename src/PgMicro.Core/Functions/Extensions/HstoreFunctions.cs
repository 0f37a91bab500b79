using System.Buffers;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Extensions;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Extensions;

/// <summary>hstore: members, set operations, conversions.</summary>
internal static class HstoreFunctions
{
    private static readonly HstoreCodec Codec = new();

    [PgFunction("hstore_eq(hstore,hstore)")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) == 0;

    [PgFunction("hstore_ne(hstore,hstore)")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) != 0;

    [PgFunction("hstore_lt(hstore,hstore)")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) < 0;

    [PgFunction("hstore_le(hstore,hstore)")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) <= 0;

    [PgFunction("hstore_gt(hstore,hstore)")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) > 0;

    [PgFunction("hstore_ge(hstore,hstore)")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Codec.Compare(left, right) >= 0;

    [PgFunction("hstore_cmp(hstore,hstore)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(Codec.Compare(left, right));

    [PgFunction("fetchval(hstore,text)")]
    public static byte[]? Fetch(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key)
    {
        var store = PgHstore.FromStorage(value);
        return store.Find(key) is var i and >= 0 ? store.Pairs[i].Value : null;
    }

    [PgFunction("isexists(hstore,text)")]
    [PgFunction("exist(hstore,text)")]
    public static bool Exists(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key) => PgHstore.FromStorage(value).Find(key) >= 0;

    [PgFunction("isdefined(hstore,text)")]
    [PgFunction("defined(hstore,text)")]
    public static bool IsDefined(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key) => Fetch(value, key) is not null;

    [PgFunction("exists_any(hstore,text[])")]
    public static bool ExistsAny(FunctionContext context, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keys)
    {
        var store = PgHstore.FromStorage(value);
        return Texts(context, keys).Exists(key => key is not null && store.Find(key) >= 0);
    }

    [PgFunction("exists_all(hstore,text[])")]
    public static bool ExistsAll(FunctionContext context, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keys)
    {
        var store = PgHstore.FromStorage(value);
        return Texts(context, keys).TrueForAll(key => key is null || store.Find(key) >= 0);
    }

    [PgFunction("slice_array(hstore,text[])")]
    public static PgDatum SliceArray(FunctionContext context, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keys)
    {
        var store = PgHstore.FromStorage(value);
        return Array(context, Texts(context, keys).Select(key => key is not null && store.Find(key) is var i and >= 0 ? store.Pairs[i].Value : null));
    }

    [PgFunction("slice(hstore,text[])")]
    public static byte[] Slice(FunctionContext context, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keys)
    {
        var store = PgHstore.FromStorage(value);
        return PgHstore.From(Texts(context, keys).Where(key => key is not null && store.Find(key) >= 0).Select(key => store.Pairs[store.Find(key)])).ToStorage();
    }

    [PgFunction("delete(hstore,text)")]
    public static byte[] Delete(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key)
    {
        var store = PgHstore.FromStorage(value);
        var taken = store.Find(key);
        return taken < 0 ? value.ToArray() : PgHstore.From(store.Pairs.Where((_, i) => i != taken)).ToStorage();
    }

    [PgFunction("delete(hstore,text[])")]
    public static byte[] Delete(FunctionContext context, ReadOnlySpan<byte> value, ReadOnlySpan<byte> keys)
    {
        var store = PgHstore.FromStorage(value);
        var taken = Texts(context, keys).Select(key => key is null ? -1 : store.Find(key)).ToHashSet();
        return PgHstore.From(store.Pairs.Where((_, i) => !taken.Contains(i))).ToStorage();
    }

    [PgFunction("delete(hstore,hstore)")]
    public static byte[] DeletePairs(ReadOnlySpan<byte> value, ReadOnlySpan<byte> pairs)
    {
        var other = PgHstore.FromStorage(pairs);
        return PgHstore.From(PgHstore.FromStorage(value).Pairs.Where(pair => !Has(other, pair))).ToStorage();
    }

    [PgFunction("hs_concat(hstore,hstore)")]
    public static byte[] Concatenate(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        PgHstore.From([.. PgHstore.FromStorage(right).Pairs, .. PgHstore.FromStorage(left).Pairs]).ToStorage();

    [PgFunction("hs_contains(hstore,hstore)")]
    public static bool Contains(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var store = PgHstore.FromStorage(left);
        return PgHstore.FromStorage(right).Pairs.All(pair => Has(store, pair));
    }

    [PgFunction("hs_contained(hstore,hstore)")]
    public static bool IsContained(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Contains(right, left);

    [PgFunction("hstore(text,text)")]
    [PgFunction("tconvert(text,text)")]
    public static byte[]? Make(byte[]? key, byte[]? value) => key is null ? null : PgHstore.From([(key, value)]).ToStorage();

    [PgFunction("hstore(text[])")]
    public static byte[]? Make(FunctionContext context, ReadOnlySpan<byte> pairs)
    {
        var array = ArrayOperations.Parse(context, TypeOid.Text, pairs);
        if (array.Dimensions.Length > 2)
        {
            throw new PgException(SqlState.ArraySubscriptError, "wrong number of array subscripts");
        }

        if (array.Dimensions.Length == 2 && array.Dimensions[1] != 2)
        {
            throw new PgException(SqlState.ArraySubscriptError, "array must have two columns");
        }

        if (array.Elements.Length % 2 != 0)
        {
            throw new PgException(SqlState.ArraySubscriptError, "array must have even number of elements");
        }

        return PgHstore.From(Enumerable.Range(0, array.Elements.Length / 2).Select(i => (Key(array.Elements[i * 2]), Value(array.Elements[(i * 2) + 1])))).ToStorage();
    }

    [PgFunction("hstore(text[],text[])")]
    public static byte[]? Make(FunctionContext context, PgDatum keys, PgDatum values)
    {
        if (keys.IsNull)
        {
            return null;
        }

        var names = ArrayOperations.Parse(context, TypeOid.Text, keys.Bytes);
        var texts = values.IsNull ? null : ArrayOperations.Parse(context, TypeOid.Text, values.Bytes);
        if (names.Dimensions.Length > 1 || texts?.Dimensions.Length > 1)
        {
            throw new PgException(SqlState.ArraySubscriptError, "wrong number of array subscripts");
        }

        if (texts is not null && texts.Elements.Length != names.Elements.Length)
        {
            throw new PgException(SqlState.ArraySubscriptError, "arrays must have same bounds");
        }

        return PgHstore.From(names.Elements.Select((name, i) => (Key(name), texts is null ? null : Value(texts.Elements[i])))).ToStorage();
    }

    [PgFunction("akeys(hstore)")]
    public static PgDatum Keys(FunctionContext context, ReadOnlySpan<byte> value) => Array(context, PgHstore.FromStorage(value).Pairs.Select(static p => p.Key));

    [PgFunction("avals(hstore)")]
    public static PgDatum Values(FunctionContext context, ReadOnlySpan<byte> value) => Array(context, PgHstore.FromStorage(value).Pairs.Select(static p => p.Value));

    [PgFunction("hstore_to_array(hstore)")]
    public static PgDatum ToArray(FunctionContext context, ReadOnlySpan<byte> value) =>
        Array(context, PgHstore.FromStorage(value).Pairs.SelectMany(static p => new[] { p.Key, p.Value }));

    [PgFunction("hstore_to_matrix(hstore)")]
    public static PgDatum ToMatrix(FunctionContext context, ReadOnlySpan<byte> value)
    {
        var pairs = PgHstore.FromStorage(value).Pairs;
        return ArrayOperations.Store(context, pairs.Count == 0
            ? new PgArray(TypeOid.Text, [])
            : new PgArray(TypeOid.Text, [pairs.Count, 2], [1, 1], [.. pairs.SelectMany(static p => new[] { Text(p.Key), Text(p.Value) })]));
    }

    [PgSetFunction("skeys(hstore)")]
    public static IEnumerable<PgDatum> KeyRows(byte[] value) => PgHstore.FromStorage(value).Pairs.Select(static p => Text(p.Key));

    [PgSetFunction("svals(hstore)")]
    public static IEnumerable<PgDatum> ValueRows(byte[] value) => PgHstore.FromStorage(value).Pairs.Select(static p => Text(p.Value));

    [PgSetFunction("each(hstore)")]
    public static IEnumerable<PgDatum[]> Rows(byte[] value) => PgHstore.FromStorage(value).Pairs.Select(static p => new[] { Text(p.Key), Text(p.Value) });

    [PgFunction("hstore_to_jsonb(hstore)")]
    public static PgDatum ToJsonb(ReadOnlySpan<byte> value) => JsonbValue.Parse(Json(value, isLoose: false)).ToDatum();

    [PgFunction("hstore_to_jsonb_loose(hstore)")]
    public static PgDatum ToJsonbLoose(ReadOnlySpan<byte> value) => JsonbValue.Parse(Json(value, isLoose: true)).ToDatum();

    [PgFunction("hstore_to_json(hstore)")]
    public static byte[] ToJson(ReadOnlySpan<byte> value) => Json(value, isLoose: false);

    [PgFunction("hstore_to_json_loose(hstore)")]
    public static byte[] ToJsonLoose(ReadOnlySpan<byte> value) => Json(value, isLoose: true);

    private static byte[] Json(ReadOnlySpan<byte> value, bool isLoose)
    {
        var writer = new ArrayBufferWriter<byte>();
        writer.Append('{');
        var pairs = PgHstore.FromStorage(value).Pairs;
        for (var i = 0; i < pairs.Count; i++)
        {
            writer.Append(i > 0 ? ", " : "");
            JsonbValue.WriteString(pairs[i].Key, writer);
            writer.Append(": ");
            if (pairs[i].Value is not { } text)
            {
                writer.Append("null");
            }
            else if (isLoose && text is [(byte)'t'] or [(byte)'f'])
            {
                writer.Append(text[0] == 't' ? "true" : "false");
            }
            else if (isLoose && IsNumber(text))
            {
                writer.Write(text);
            }
            else
            {
                JsonbValue.WriteString(text, writer);
            }
        }

        writer.Append('}');
        return writer.WrittenSpan.ToArray();
    }

    // A number as JSON writes it.
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var at = text is [(byte)'-', ..] ? 1 : 0;
        var digits = Digits(text, ref at);
        if (digits == 0 || (digits > 1 && text[at - digits] == '0'))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            at += at < text.Length && text[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        return at == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        while (at < text.Length && Types.Ascii.IsDigit(text[at]))
        {
            at++;
        }

        return at - start;
    }

    private static bool Has(PgHstore store, (byte[] Key, byte[]? Value) pair) => store.Find(pair.Key) is var i and >= 0
        && (pair.Value is null ? store.Pairs[i].Value is null : store.Pairs[i].Value is { } value && value.AsSpan().SequenceEqual(pair.Value));

    private static byte[] Key(in PgDatum value) => value.IsNull
        ? throw new PgException(SqlState.NullValueNotAllowed, "null value not allowed for hstore key") : value.Bytes.ToArray();

    private static byte[]? Value(in PgDatum value) => value.IsNull ? null : value.Bytes.ToArray();

    private static PgDatum Text(byte[]? text) => text is null ? PgDatum.Null : PgDatum.FromText(text);

    private static List<byte[]?> Texts(FunctionContext context, ReadOnlySpan<byte> array) =>
        [.. ArrayOperations.Parse(context, TypeOid.Text, array).Elements.Select(static e => Value(e))];

    private static PgDatum Array(FunctionContext context, IEnumerable<byte[]?> texts) =>
        ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. texts.Select(static t => Text(t))]));
}
