using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Statements;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Execution.Triggers;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>A function or procedure in LANGUAGE plpgsql. Its body is compiled when it is called first; the plans of its statements stay with it.</summary>
internal sealed class PlPgSqlRoutine(PgProc proc, CallSite site) : Routine(proc, site)
{
    private PlFunction? _function;
    private PlFunction? _trigger;
    private PlFunction? _eventTrigger;
    private bool? _mayWrite;
    private bool _isAsked;

    internal override bool MayWrite(PgSession session)
    {
        if (Proc.provolatile != 'v' || _isAsked)
        {
            return false;
        }

        if (_mayWrite is { } known)
        {
            return known;
        }

        _isAsked = true;
        try
        {
            return (_mayWrite = PlReadOnly.MayWrite(session, Compiled(session))).Value;
        }
        catch (PgException)
        {
            // What is wrong with it is told when it is called.
            return true;
        }
        finally
        {
            _isAsked = false;
        }
    }

    internal override PgDatum Call(PgSession session, ReadOnlySpan<PgDatum> arguments)
    {
        var function = Compiled(session);
        var given = arguments.ToArray();
        return new PlCall(session, function).Run(call =>
        {
            Enter(call, given);
            if (RunBody(call) != Flow.Return && !function.EndsWithoutReturn)
            {
                throw new PgException(SqlState.FunctionExecutedNoReturnStatement, "control reached end of function without RETURN");
            }

            call.Activity = "while casting return value to function's return type";
            var result = Result(call);
            call.Activity = null;
            return result;
        });
    }

    internal override IEnumerable<PgDatum[]> CallSet(PgSession session, PgDatum[] arguments, RecordShape? columns = null)
    {
        var function = Compiled(session);
        var set = new ReturnedSet(
            function.ResultIsRow ? ColumnsOf(session, function, columns) : null, function.ResultIsRow ? null : (function.ResultType, -1));
        return new PlCall(session, function) { Set = set }.Run(call =>
        {
            Enter(call, arguments);
            RunBody(call);
            return set.Rows;
        });
    }

    internal override PgDatum[]? Fire(PgSession session, TriggerCall trigger)
    {
        var function = _trigger ??= AtRunTime(() => PlCompiler.Compile(session, Proc, Site, PlFunctionKind.Trigger));
        return new PlCall(session, function).Run(call =>
        {
            var type = Enter(call, function.Trigger!, trigger);
            if (RunBody(call) != Flow.Return)
            {
                throw new PgException(SqlState.FunctionExecutedNoReturnStatement, "control reached end of trigger procedure without RETURN");
            }

            call.Activity = "during function exit";
            if (trigger.Level != "ROW" || call.Returned.IsNull)
            {
                return null;
            }

            var row = call.Returned.Row ?? throw ResultRows.NotComposite();
            ResultRows.Check(call, row.Type, type, "returned row structure does not match the structure of the triggering table");
            return type.ByAttributeNumber(row.Values);
        });
    }

    internal override void FireEvent(PgSession session, string name, string tag)
    {
        var function = _eventTrigger ??= AtRunTime(() => PlCompiler.Compile(session, Proc, Site, PlFunctionKind.EventTrigger));
        new PlCall(session, function).Run(call =>
        {
            call.Cells[function.EventTrigger!.Event.Number].Value = PgDatum.FromText(name);
            call.Cells[function.EventTrigger.Tag.Number].Value = PgDatum.FromText(tag);
            return RunBody(call);
        });
    }

    private static Flow RunBody(PlCall call)
    {
        call.Statement = call.Function.Body;
        var flow = call.Function.Body.Run(call);
        (call.Statement, call.Activity) = (null, null);
        return flow;
    }

    private PlFunction Compiled(PgSession session) => _function ??= AtRunTime(() => PlCompiler.Compile(session, Proc, Site, PlFunctionKind.Function));

    // What is wrong with the body is shown there: no statement has it.
    private PlFunction AtRunTime(Func<PlFunction> compile)
    {
        try
        {
            return compile();
        }
        catch (PgException e) when (e.Position > 0)
        {
            (e.InternalQuery, e.InternalPosition, e.Position) = (Proc.prosrc, e.Position, 0);
            throw;
        }
    }

    private static void Enter(PlCall call, PgDatum[] arguments)
    {
        call.Activity = "while storing call arguments into local variables";
        var parameters = call.Function.Parameters;
        foreach (var datum in call.Function.Datums)
        {
            if (datum is PlRecord { RowType: { } type } record && datum.Line == 0)
            {
                call.Cells[record.Number].Row = PlRow.Empty(type);
            }
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            if (parameters[i] is VariableTarget { Variable: var variable })
            {
                call.Cells[variable.Number].Value = arguments[i];
            }
            else
            {
                call.Assign(parameters[i], new(arguments[i], ((PlRecord)parameters[i].Datum).DeclaredType, -1));
            }
        }

        call.Activity = null;
    }

    private static PlRowType Enter(PlCall call, TriggerVariables variables, TriggerCall trigger)
    {
        var catalog = call.Session.Catalog;
        var type = call.Session.CastPlans.RowType(trigger.Table.reltype);
        call.Cells[variables.New.Number].Row = RowOf(trigger.New);
        call.Cells[variables.Old.Number].Row = RowOf(trigger.Old);
        Set(variables.Name, PgDatum.FromText(trigger.Name));
        Set(variables.When, PgDatum.FromText(trigger.When));
        Set(variables.Level, PgDatum.FromText(trigger.Level));
        Set(variables.Operation, PgDatum.FromText(trigger.Operation));
        Set(variables.RelationOid, PgDatum.FromInt64(trigger.Table.oid));
        Set(variables.RelationName, PgDatum.FromText(trigger.Table.relname));
        Set(variables.TableName, PgDatum.FromText(trigger.Table.relname));
        Set(variables.TableSchema, PgDatum.FromText(catalog.Namespace(trigger.Table.relnamespace)!.nspname));
        Set(variables.Count, PgDatum.FromInt64(trigger.Arguments.Count));
        if (trigger.Arguments.Count > 0)
        {
            // Its subscripts begin at 0.
            var codec = (ArrayCodec)call.Session.Types.GetCodec(TypeOid.TextArray);
            Set(variables.Arguments, codec.ToStorage(
                new PgArray(TypeOid.Text, [trigger.Arguments.Count], [0], [.. trigger.Arguments.Select(static a => PgDatum.FromText(a))])));
        }

        return type;

        PlRow RowOf(PgDatum[]? values) => values is null ? PlRow.Empty(type) : new PlRow(type, type.FromAttributeNumbers(values));

        void Set(PlVariable variable, PgDatum value) => call.Cells[variable.Number].Value = value;
    }

    private PgDatum Result(PlCall call)
    {
        var (function, returned) = (call.Function, call.Returned);
        if (function.OutTarget is { } outputs)
        {
            returned = ResultRows.ValueOf(call, outputs);
        }
        else if (function.IsProcedure || function.ResultType == TypeOid.Void)
        {
            return PgDatum.Null;
        }

        if (!function.ResultIsRow)
        {
            return call.Cast(returned.Value, returned.Type, returned.Typmod, function.ResultType, -1);
        }

        if (returned.IsNull || returned.Row is not { } row)
        {
            return PgDatum.Null;
        }

        if (ColumnsOf(call.Session, function, null) is not { } expected)
        {
            return row.Type.ToDatum(call.Session.Types, row.Values) is var datum && row.Type.Type == TypeOid.Record ? datum
                : PlRowType.Anonymous(row.Type.Shape).ToDatum(call.Session.Types, row.Values);
        }

        ResultRows.Check(call, row.Type, expected, "returned record type does not match expected record type");
        var result = expected.ToDatum(call.Session.Types, row.Values);
        if (expected.Type != function.ResultType && function.ResultType != TypeOid.Record)
        {
            call.Session.CheckDomain(function.ResultType, result);
        }

        return result;
    }

    /// <summary>The columns of a result that is a row; null when only the call's column definition list tells them, and there is none.</summary>
    private static PlRowType? ColumnsOf(PgSession session, PlFunction function, RecordShape? columns) =>
        function.OutRow ?? (TypeFacts.IsComplex(session.Catalog, function.ResultType) ? session.CastPlans.RowType(function.ResultType)
            : columns is not null ? PlRowType.Anonymous(columns) : null);
}
