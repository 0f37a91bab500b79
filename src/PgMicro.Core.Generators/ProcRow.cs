namespace PgMicro.Core.Generators;

/// <summary>What the generator needs of one pg_proc row.</summary>
internal sealed class ProcRow
{
    public ProcRow(
        uint oid, string name, int argumentCount, string resultType, bool isStrict, bool isImmutable, bool returnsSet, char kind, bool isVariadicAny, int columnCount)
    {
        Oid = oid;
        Name = name;
        ArgumentCount = argumentCount;
        ResultType = resultType;
        IsStrict = isStrict;
        IsImmutable = isImmutable;
        ReturnsSet = returnsSet;
        Kind = kind;
        IsVariadicAny = isVariadicAny;
        ColumnCount = columnCount;
    }

    public uint Oid { get; }

    public string Name { get; }

    public int ArgumentCount { get; }

    public string ResultType { get; }

    public bool IsStrict { get; }

    public bool IsImmutable { get; }

    public bool ReturnsSet { get; }

    public char Kind { get; }

    public bool IsVariadicAny { get; }

    /// <summary>OUT and TABLE parameters; 1 without any.</summary>
    public int ColumnCount { get; }
}
