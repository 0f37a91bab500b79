using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>What the session tells about itself in rows.</content>
public sealed partial class PgSession
{
    /// <inheritdoc/>
    public override IEnumerable<PgDatum[]> SessionRows(SessionRowSet set) => set switch
    {
        SessionRowSet.Cursors => [.. _cursors.Values.Select(static c => new[]
        {
            PgDatum.FromText(c.Name), PgDatum.FromText(c.Plan.Text), PgDatum.FromBoolean(c.Plan.IsHoldable), PgDatum.FromBoolean(c.Plan.IsBinary),
            PgDatum.FromBoolean(c.Plan.IsScrollable), PgDatum.FromInt64(c.CreationTime),
        })],
        SessionRowSet.PreparedStatements => PreparedStatementRows(),
        SessionRowSet.ListeningChannels => [.. _channels.Select(static c => new[] { PgDatum.FromText(c) })],
        _ => throw new ArgumentOutOfRangeException(nameof(set)),
    };

    // name, statement, prepare_time, parameter_types, result_types, from_sql, generic_plans, custom_plans
    private List<PgDatum[]> PreparedStatementRows()
    {
        var array = Types.GetCodec(BuiltInTypes.ArrayOf(TypeOid.Regtype));
        PgDatum TypeArray(IEnumerable<uint> types) =>
            array.Input(System.Text.Encoding.UTF8.GetBytes("{" + string.Join(',', types) + "}"), -1, this);
        return [.. _prepared.Select(p => new[]
        {
            PgDatum.FromText(p.Key), PgDatum.FromText(p.Value.SourceText), PgDatum.FromInt64(p.Value.PrepareTime), TypeArray(p.Value.ParameterTypes),
            p.Value.Columns is { } columns ? TypeArray(columns.Select(static c => c.TypeOid)) : PgDatum.Null, PgDatum.FromBoolean(true),
            PgDatum.FromInt64(p.Value.Executions), PgDatum.FromInt64(0),
        })];
    }
}
