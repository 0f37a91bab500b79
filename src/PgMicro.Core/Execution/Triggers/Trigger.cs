using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>A trigger ready to fire. Shared by sessions.</summary>
internal sealed class Trigger
{
    private readonly TableLayout _table;
    private readonly string[] _arguments;
    private readonly Lookup? _when;

    internal Trigger(TableLayout table, PgTrigger row)
    {
        _table = table;
        Row = row;
        _arguments = row.Arguments();
        When = row.Has(TriggerType.Before) ? "BEFORE" : row.Has(TriggerType.InsteadOf) ? "INSTEAD OF" : "AFTER";
        _when = row.tgqual is null ? null : new Lookup(() => new BoundQuery
        {
            CommandType = CommandType.Select,
            JoinTree = new FromExpr(),
            TargetList = [BoundTrees.Target(new RowParameters(table).Rewrite(BoundTreeSerializer.DeserializeExpr(row.tgqual)), 1)],
        });
    }

    internal PgTrigger Row { get; }

    /// <summary>TG_WHEN.</summary>
    internal string When { get; }

    /// <summary>Whether it is to see the rows that a statement has changed.</summary>
    internal bool HasTransitionTables => Row.tgoldtable is not null || Row.tgnewtable is not null;

    /// <summary>Whether it fires for a statement that assigns to these columns.</summary>
    internal bool ConcernsAny(TriggerType command, IReadOnlySet<int>? assigned) =>
        Row.tgattr.Length == 0 || command != TriggerType.Update || assigned is null || Array.Exists(Row.tgattr, a => assigned.Contains(a));

    /// <summary>Whether it fires in a session, by ALTER TABLE … ENABLE TRIGGER and session_replication_role.</summary>
    internal bool IsEnabled(PgSession session) => Row.tgenabled switch
    {
        'A' => true,
        'D' => false,
        'R' => session.IsReplica,
        _ => !session.IsReplica,
    };

    /// <summary>Whether its WHEN holds for a row, or for a statement.</summary>
    /// <param name="session">The session.</param>
    /// <param name="old">OLD by attribute number.</param>
    /// <param name="new">NEW by attribute number.</param>
    internal bool Holds(PgSession session, PgDatum[]? old, PgDatum[]? @new)
    {
        if (_when is null)
        {
            return true;
        }

        var count = _table.AllNames.Count;
        var parameters = new PgDatum[count * 2];
        old?.CopyTo(parameters, 0);
        @new?.CopyTo(parameters, count);
        using var row = _when.Open(session, parameters);
        return row.Read() && row.Kind(0) == DatumKind.Integer && row.GetInt64(0) != 0;
    }

    /// <summary>Calls its function.</summary>
    /// <param name="session">The session.</param>
    /// <param name="command">The one event that it fires for.</param>
    /// <param name="old">OLD by attribute number.</param>
    /// <param name="new">NEW by attribute number.</param>
    /// <param name="changes">The transition tables, if it has any.</param>
    /// <returns>The row that it returns, by attribute number; null for NULL.</returns>
    internal PgDatum[]? Fire(PgSession session, TriggerType command, PgDatum[]? old, PgDatum[]? @new, StatementChanges? changes = null)
    {
        if (@new is not null && command == TriggerType.Update && When == "BEFORE" && _table.HasGenerated)
        {
            @new = WithoutGenerated(@new);
        }

        var call = new TriggerCall
        {
            Name = Row.tgname,
            Table = _table.Class,
            When = When,
            Level = Row.Has(TriggerType.Row) ? "ROW" : "STATEMENT",
            Operation = command.ToString().ToUpperInvariant(),
            Arguments = _arguments,
            Old = old,
            New = @new,
            OldTable = Row.tgoldtable is { } oldTable ? new TransitionTable(oldTable, changes!.Old) : null,
            NewTable = Row.tgnewtable is { } newTable ? new TransitionTable(newTable, changes!.New) : null,
        };
        return session.FireTrigger(Row.tgfoid, call);
    }

    // As PL/pgSQL has it: what another BEFORE trigger of an UPDATE has assigned to generated columns is not seen.
    private PgDatum[] WithoutGenerated(PgDatum[] row)
    {
        var result = (PgDatum[])row.Clone();
        foreach (var column in _table.Columns)
        {
            if (column.IsGenerated)
            {
                result[column.Attnum - 1] = PgDatum.Null;
            }
        }

        return result;
    }

    /// <summary>References to OLD and NEW become parameters: OLD's columns by number, then NEW's.</summary>
    private sealed class RowParameters(TableLayout table) : BoundTreeRewriter
    {
        protected override BoundExpr RewriteExpr(BoundExpr expr)
        {
            if (expr is not BoundVar variable || variable.Varlevelsup != SublevelsUp)
            {
                return base.RewriteExpr(expr);
            }

            return variable.Varattno switch
            {
                > 0 => Parameter(variable.Varno, variable.Varattno),
                0 => new BoundRowExpr
                {
                    Type = table.Class.reltype,
                    RowFormat = CoercionForm.ImplicitCast,
                    Args = [.. Enumerable.Range(1, table.AllNames.Count).Select(a => table.IndexOf(a) < 0 ? BoundTrees.Null(TypeOid.Int4, -1, 0) : Parameter(variable.Varno, a))],
                    ColNames = [.. table.AllNames],
                },
                SystemAttribute.TableOid => new BoundConst { Type = variable.Type, Value = PgDatum.FromInt64(table.Oid) },
                _ => throw PgErrors.FeatureNotSupported("a system column in a trigger's WHEN", variable.Location),
            };
        }

        private BoundExpr Parameter(int varno, int attnum)
        {
            var column = table.ColumnOf(attnum);
            var first = varno == TriggerWhen.OldVarno ? 0 : table.AllNames.Count;
            return BoundTrees.Parameter(first + attnum, column.Type, column.Typmod, column.Collation);
        }
    }
}
