namespace PgMicro.Core.Functions.Aggregates;

[PgAggregate("bit_and(smallint)")]
[PgAggregate("bit_and(integer)")]
[PgAggregate("bit_and(bigint)")]
internal struct BitAnd
{
    private long _bits;
    private long _count;

    public void Step(long value) => _bits = _count++ == 0 ? value : _bits & value;

    public readonly long? Final() => _count == 0 ? null : _bits;
}

[PgAggregate("bit_or(smallint)")]
[PgAggregate("bit_or(integer)")]
[PgAggregate("bit_or(bigint)")]
internal struct BitOr
{
    private long _bits;
    private long _count;

    public void Step(long value) => _bits = _count++ == 0 ? value : _bits | value;

    public readonly long? Final() => _count == 0 ? null : _bits;
}

[PgAggregate("bit_xor(smallint)")]
[PgAggregate("bit_xor(integer)")]
[PgAggregate("bit_xor(bigint)")]
internal struct BitXor
{
    private long _bits;
    private long _count;

    public void Step(long value) => _bits = _count++ == 0 ? value : _bits ^ value;

    public readonly long? Final() => _count == 0 ? null : _bits;
}
