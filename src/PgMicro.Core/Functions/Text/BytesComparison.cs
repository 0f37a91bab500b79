namespace PgMicro.Core.Functions.Text;

/// <summary>Comparison of the types whose storage form orders by its bytes: text under C.UTF-8, name, "char", bytea, uuid.</summary>
internal static class BytesComparison
{
    [PgFunction("texteq(text,text)", Sqlite = "({0} = {1})")]
    [PgFunction("nameeq(name,name)", Sqlite = "({0} = {1})")]
    [PgFunction("nameeqtext(name,text)", Sqlite = "({0} = {1})")]
    [PgFunction("texteqname(text,name)", Sqlite = "({0} = {1})")]
    [PgFunction("chareq(\"char\",\"char\")", Sqlite = "({0} = {1})")]
    [PgFunction("byteaeq(bytea,bytea)", Sqlite = "({0} = {1})")]
    [PgFunction("uuid_eq(uuid,uuid)", Sqlite = "({0} = {1})")]
    public static bool Eq(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) == 0;

    [PgFunction("textne(text,text)", Sqlite = "({0} <> {1})")]
    [PgFunction("namene(name,name)", Sqlite = "({0} <> {1})")]
    [PgFunction("namenetext(name,text)", Sqlite = "({0} <> {1})")]
    [PgFunction("textnename(text,name)", Sqlite = "({0} <> {1})")]
    [PgFunction("charne(\"char\",\"char\")", Sqlite = "({0} <> {1})")]
    [PgFunction("byteane(bytea,bytea)", Sqlite = "({0} <> {1})")]
    [PgFunction("uuid_ne(uuid,uuid)", Sqlite = "({0} <> {1})")]
    public static bool Ne(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) != 0;

    [PgFunction("text_lt(text,text)", Sqlite = "({0} < {1})")]
    [PgFunction("namelt(name,name)", Sqlite = "({0} < {1})")]
    [PgFunction("namelttext(name,text)", Sqlite = "({0} < {1})")]
    [PgFunction("textltname(text,name)", Sqlite = "({0} < {1})")]
    [PgFunction("charlt(\"char\",\"char\")", Sqlite = "({0} < {1})")]
    [PgFunction("bytealt(bytea,bytea)", Sqlite = "({0} < {1})")]
    [PgFunction("uuid_lt(uuid,uuid)", Sqlite = "({0} < {1})")]
    public static bool Lt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) < 0;

    [PgFunction("text_le(text,text)", Sqlite = "({0} <= {1})")]
    [PgFunction("namele(name,name)", Sqlite = "({0} <= {1})")]
    [PgFunction("nameletext(name,text)", Sqlite = "({0} <= {1})")]
    [PgFunction("textlename(text,name)", Sqlite = "({0} <= {1})")]
    [PgFunction("charle(\"char\",\"char\")", Sqlite = "({0} <= {1})")]
    [PgFunction("byteale(bytea,bytea)", Sqlite = "({0} <= {1})")]
    [PgFunction("uuid_le(uuid,uuid)", Sqlite = "({0} <= {1})")]
    public static bool Le(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) <= 0;

    [PgFunction("text_gt(text,text)", Sqlite = "({0} > {1})")]
    [PgFunction("namegt(name,name)", Sqlite = "({0} > {1})")]
    [PgFunction("namegttext(name,text)", Sqlite = "({0} > {1})")]
    [PgFunction("textgtname(text,name)", Sqlite = "({0} > {1})")]
    [PgFunction("chargt(\"char\",\"char\")", Sqlite = "({0} > {1})")]
    [PgFunction("byteagt(bytea,bytea)", Sqlite = "({0} > {1})")]
    [PgFunction("uuid_gt(uuid,uuid)", Sqlite = "({0} > {1})")]
    public static bool Gt(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) > 0;

    [PgFunction("text_ge(text,text)", Sqlite = "({0} >= {1})")]
    [PgFunction("namege(name,name)", Sqlite = "({0} >= {1})")]
    [PgFunction("namegetext(name,text)", Sqlite = "({0} >= {1})")]
    [PgFunction("textgename(text,name)", Sqlite = "({0} >= {1})")]
    [PgFunction("charge(\"char\",\"char\")", Sqlite = "({0} >= {1})")]
    [PgFunction("byteage(bytea,bytea)", Sqlite = "({0} >= {1})")]
    [PgFunction("uuid_ge(uuid,uuid)", Sqlite = "({0} >= {1})")]
    public static bool Ge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) >= 0;

    [PgFunction("bttextcmp(text,text)")]
    [PgFunction("btnamecmp(name,name)")]
    [PgFunction("btnametextcmp(name,text)")]
    [PgFunction("bttextnamecmp(text,name)")]
    [PgFunction("btcharcmp(\"char\",\"char\")")]
    [PgFunction("byteacmp(bytea,bytea)")]
    [PgFunction("uuid_cmp(uuid,uuid)")]
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Math.Sign(left.SequenceCompareTo(right));

    [PgFunction("text_larger(text,text)")]
    public static ReadOnlySpan<byte> Larger(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) > 0 ? left : right;

    [PgFunction("text_smaller(text,text)")]
    public static ReadOnlySpan<byte> Smaller(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) < 0 ? left : right;
}
