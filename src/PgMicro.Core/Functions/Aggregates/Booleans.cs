namespace PgMicro.Core.Functions.Aggregates;

[PgAggregate("bool_and(boolean)", Sqlite = "min({0})")]
[PgAggregate("every(boolean)", Sqlite = "min({0})")]
internal struct BoolAnd
{
    private long _true;
    private long _false;

    public void Step(bool value)
    {
        _ = value ? _true++ : _false++;
    }

    public void Inverse(bool value)
    {
        _ = value ? _true-- : _false--;
    }

    public readonly bool? Final() => _true + _false == 0 ? null : _false == 0;
}

[PgAggregate("bool_or(boolean)", Sqlite = "max({0})")]
internal struct BoolOr
{
    private long _true;
    private long _false;

    public void Step(bool value)
    {
        _ = value ? _true++ : _false++;
    }

    public void Inverse(bool value)
    {
        _ = value ? _true-- : _false--;
    }

    public readonly bool? Final() => _true + _false == 0 ? null : _true != 0;
}
