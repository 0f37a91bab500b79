using System.Text;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.TextSearch;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>tsvector_update_trigger and tsvector_update_trigger_column (manual, 12.4.3): a tsvector column that follows text columns.</summary>
internal static class TsVectorTrigger
{
    /// <summary>Computes the column.</summary>
    /// <param name="session">The session.</param>
    /// <param name="call">The call, whose arguments are the column, the configuration or its column, and the text columns.</param>
    /// <param name="byColumn">Whether a column names the configuration.</param>
    internal static PgDatum[]? Fire(PgSession session, TriggerCall call, bool byColumn)
    {
        var message = call.Level != "ROW" ? "must be fired for row"
            : call.When != "BEFORE" ? "must be fired BEFORE event"
            : call.Operation is not ("INSERT" or "UPDATE") ? "must be fired for INSERT or UPDATE"
            : call.Arguments.Count < 3 ? "arguments must be tsvector_field, ts_config, text_field1, ...)"
            : null;
        if (message is not null)
        {
            throw new PgException(SqlState.InternalError, "tsvector_update_trigger: " + message);
        }

        var catalog = session.Catalog;
        var row = call.New!;
        var target = Column(call.Arguments[0], "tsvector column");
        if (target.atttypid != TypeOid.TsVector)
        {
            throw new PgException(SqlState.DatatypeMismatch, $"column \"{target.attname}\" is not of tsvector type");
        }

        var config = byColumn ? ConfigOf(Column(call.Arguments[1], "configuration column"), row) : Config(session, call.Arguments[1]);
        var text = new StringBuilder();
        var isNeeded = call.Old is null;
        foreach (var name in call.Arguments.Skip(2))
        {
            var column = Column(name, "column");
            if (catalog.GetBaseType(column.atttypid) is not (TypeOid.Text or TypeOid.Varchar or TypeOid.Bpchar))
            {
                throw new PgException(SqlState.DatatypeMismatch, $"column \"{name}\" is not of a character type");
            }

            var value = row[column.attnum - 1];
            isNeeded |= call.Old is not null && !value.HasImageOf(call.Old[column.attnum - 1]);
            if (!value.IsNull)
            {
                text.Append(value.GetString()).Append(' ');
            }
        }

        if (!isNeeded)
        {
            return row;
        }

        PgDatum[] changed = [.. row];
        changed[target.attnum - 1] = PgDatum.FromText(ToTsVector.Text(session, config, text.ToString()));
        return changed;

        PgAttribute Column(string name, string what) => catalog.FindAttribute(call.Table.oid, name)
            ?? throw new PgException(SqlState.UndefinedColumn, $"{what} \"{name}\" does not exist");
    }

    private static uint ConfigOf(PgAttribute column, PgDatum[] row)
    {
        if (column.atttypid is not (TypeOid.RegConfig or TypeOid.Oid or TypeOid.Int4))
        {
            throw new PgException(SqlState.DatatypeMismatch, $"column \"{column.attname}\" is not of regconfig type");
        }

        return row[column.attnum - 1] is { IsNull: false } config
            ? (uint)config.Int64
            : throw new PgException(SqlState.NullValueNotAllowed, $"configuration column \"{column.attname}\" must not be null");
    }

    private static uint Config(PgSession session, string name)
    {
        if (!name.Contains('.', StringComparison.Ordinal))
        {
            throw new PgException(SqlState.InvalidParameterValue, $"text search configuration name \"{name}\" must be schema-qualified");
        }

        return (uint)session.Types.GetCodec(TypeOid.RegConfig).Input(Encoding.UTF8.GetBytes(name), -1, session).Int64;
    }
}
