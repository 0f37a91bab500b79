using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>GET [CURRENT | STACKED] DIAGNOSTICS.</summary>
internal sealed class DiagnosticsStatement(int line, bool isStacked, IReadOnlyList<(PlTarget Target, string Item)> items) : PlStatement(line)
{
    internal override string Description => isStacked ? "GET STACKED DIAGNOSTICS" : "GET DIAGNOSTICS";

    internal override Flow Run(PlCall call)
    {
        PgException? error = null;
        if (isStacked && !call.Handled.TryPeek(out error))
        {
            throw new PgException("0Z002", "GET STACKED DIAGNOSTICS cannot be used outside an exception handler");
        }

        foreach (var (target, item) in items)
        {
            var value = item switch
            {
                "row_count" => new PlCall.Typed(PgDatum.FromInt64(call.RowCount), TypeOid.Int8, -1),
                "pg_routine_oid" => new PlCall.Typed(PgDatum.FromInt64(call.Function.Oid), TypeOid.Oid, -1),
                "pg_context" => Text(ErrorContexts.All(call)),
                "returned_sqlstate" => Text(error!.SqlState),
                "message_text" => Text(error!.Message),
                "pg_exception_detail" => Text(error!.Detail),
                "pg_exception_hint" => Text(error!.Hint),
                "pg_exception_context" => Text(error!.Where),
                "column_name" => Text(error!.ColumnName),
                "constraint_name" => Text(error!.ConstraintName),
                "pg_datatype_name" => Text(error!.DataTypeName),
                "table_name" => Text(error!.TableName),
                _ => Text(error!.SchemaName),
            };
            call.Assign(target, value);
        }

        return Flow.Next;
    }

    private static PlCall.Typed Text(string? value) => new(PgDatum.FromText(value ?? ""), TypeOid.Text, -1);
}
