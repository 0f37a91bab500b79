using PgMicro.Core.Execution.Settings;
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
        SessionRowSet.Settings => [.. ParameterDefinitions.All.Values.OrderBy(static d => d.Name, StringComparer.OrdinalIgnoreCase).Select(SettingRow)],
        SessionRowSet.Activity => [.. Database.ClusterSessions().Select(s => s.ActivityRow(this))],
        SessionRowSet.ListeningChannels => [.. _channels.Select(static c => new[] { PgDatum.FromText(c) })],
        SessionRowSet.Locks => LockRows(),
        SessionRowSet.PreparedTransactions => PreparedTransactionRows(),
        SessionRowSet.DdlCommands => DdlCommandRows(),
        SessionRowSet.DroppedObjects => DroppedObjectRows(),
        _ => throw new ArgumentOutOfRangeException(nameof(set)),
    };

    // name, setting, unit, category, short_desc, extra_desc, context, vartype, source, min_val, max_val, enumvals, boot_val, reset_val,
    // sourcefile, sourceline, pending_restart
    private PgDatum[] SettingRow(ParameterDefinition definition)
    {
        static PgDatum Text(string? value) => value is null ? PgDatum.Null : PgDatum.FromText(value);
        var (value, reset) = (Settings.Get(definition.Name)!, Settings.ResetValue(definition.Name));
        var source = value != reset ? "session" : reset != definition.BootValue ? "client" : "default";
        var enums = definition.VarType == "enum"
            ? Types.GetCodec(TypeOid.TextArray).Input(
                System.Text.Encoding.UTF8.GetBytes("{" + string.Join(',', definition.EnumValues.Select(static v => $"\"{v}\"")) + "}"), -1, this)
            : PgDatum.Null;
        return
        [
            Text(definition.Name), Text(value), Text(definition.Unit), Text(definition.Category), Text(definition.ShortDescription), Text(definition.ExtraDescription),
            Text(definition.Context), Text(definition.VarType), Text(source), Text(definition.MinValue), Text(definition.MaxValue), enums,
            Text(definition.BootValue), Text(reset), PgDatum.Null, PgDatum.Null, PgDatum.FromBoolean(false),
        ];
    }

    /// <inheritdoc/>
    public override bool IsSafeEnumValue(uint type, uint label)
    {
        var committed = Database.Transactions.Catalog;
        return ReferenceEquals(Catalog, committed) || committed.Type(type) is null
            || committed.Find(Core.Catalog.Tables.PgEnum.Relation, new(label)) is not null;
    }

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
            PgDatum.FromInt64(p.Value.GenericPlans), PgDatum.FromInt64(p.Value.CustomPlans),
        })];
    }
}
