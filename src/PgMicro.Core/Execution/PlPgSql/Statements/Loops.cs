using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>What loops have in common.</summary>
internal abstract class PlLoop(int line, string? label, PlStatement[] body) : PlStatement(line)
{
    /// <summary>Runs the body once; false when the loop is over, with how control goes on after it.</summary>
    protected bool Iterate(PlCall call, out Flow after)
    {
        after = Flow.Next;
        var flow = call.RunAll(body);
        if (flow is Flow.Next)
        {
            return true;
        }

        if (flow is Flow.Exit or Flow.Continue && (call.Label is null || call.Label == label))
        {
            call.Label = null;
            return flow == Flow.Continue;
        }

        after = flow;
        return false;
    }

    /// <summary>Runs the body for each of some rows.</summary>
    protected Flow ForRows(PlCall call, PlTarget target, QueryResult result)
    {
        if (result.Columns is null)
        {
            throw new PgException(SqlState.InvalidCursorDefinition, "cannot open a query that returns no rows as cursor");
        }

        if (result.Rows.Count == 0)
        {
            call.AssignRow(target, result.RowType, null);
        }

        var flow = Flow.Next;
        foreach (var row in result.Rows)
        {
            call.Session.CheckForInterrupts();
            call.AssignRow(target, result.RowType, row);
            if (!Iterate(call, out flow))
            {
                break;
            }
        }

        call.SetFound(result.Rows.Count > 0);
        return flow;
    }
}

/// <summary>LOOP and WHILE.</summary>
internal sealed class LoopStatement(int line, string? label, PlExpression? condition, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => condition is null ? "LOOP" : "WHILE";

    internal override Flow Run(PlCall call)
    {
        while (condition is null || call.Condition(condition))
        {
            call.Session.CheckForInterrupts();
            if (!Iterate(call, out var flow))
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}

/// <summary>FOR over integers.</summary>
internal sealed class ForIntegerStatement(
    int line, string? label, PlVariable variable, PlExpression lower, PlExpression upper, PlExpression? step, bool isReverse, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => "FOR with integer loop variable";

    internal override Flow Run(PlCall call)
    {
        var value = Bound(call, lower, "lower bound");
        var end = Bound(call, upper, "upper bound");
        var by = step is null ? 1 : Bound(call, step, "BY value");
        if (by <= 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "BY value of FOR loop must be greater than zero");
        }

        var (found, flow) = (false, Flow.Next);
        for (; isReverse ? value >= end : value <= end; value += isReverse ? -by : by)
        {
            call.Session.CheckForInterrupts();
            found = true;
            call.Cells[variable.Number].Value = PgDatum.FromInt64(value);
            if (!Iterate(call, out flow))
            {
                break;
            }
        }

        call.SetFound(found);
        return flow;
    }

    private static long Bound(PlCall call, PlExpression expression, string what)
    {
        var value = call.Evaluate(expression, TypeOid.Int4);
        return value.IsNull ? throw new PgException(SqlState.NullValueNotAllowed, $"{what} of FOR loop cannot be null") : value.Int64;
    }
}

/// <summary>FOR over the rows of a query.</summary>
internal sealed class ForQueryStatement(int line, string? label, PlTarget target, PlExpression query, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => "FOR over SELECT rows";

    internal override Flow Run(PlCall call)
    {
        var result = call.Execute(query);
        var writes = CommandNames.OfWriting(query.Statement(call.Session).Raw.Stmt) is null ? 0 : 1;
        call.WritingLoops += writes;
        try
        {
            return ForRows(call, target, result);
        }
        finally
        {
            call.WritingLoops -= writes;
        }
    }
}

/// <summary>FOR over the rows of EXECUTE.</summary>
internal sealed class ForTextStatement(int line, string? label, PlTarget target, PlExpression query, PlExpression[] arguments, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => "FOR over EXECUTE statement";

    internal override Flow Run(PlCall call) => ForRows(call, target, ExecuteStatement.Execute(call, query, arguments));
}

/// <summary>FOREACH over the elements or slices of an array.</summary>
internal sealed class ForEachStatement(int line, string? label, PlTarget target, int slice, PlExpression array, PlStatement[] body) : PlLoop(line, label, body)
{
    internal override string Description => "FOREACH over array";

    internal override Flow Run(PlCall call)
    {
        var (value, type, _) = call.Evaluate(array);
        if (value.IsNull)
        {
            throw new PgException(SqlState.NullValueNotAllowed, "FOREACH expression must not be null");
        }

        var catalog = call.Session.Catalog;
        var arrayType = TypeFacts.GetBaseType(catalog, type);
        if (TypeFacts.GetElementType(catalog, arrayType) is 0 || call.Session.Types.GetCodec(arrayType) is not ArrayCodec codec)
        {
            throw new PgException(
                SqlState.DatatypeMismatch,
                $"FOREACH expression must yield an array, not type {FormatType.Format(type, -1, catalog, call.Session.SearchPath(includeImplicit: true))}");
        }

        var elements = codec.FromStorage(value.Bytes);
        if (slice > elements.Dimensions.Length && (slice > 0 || elements.Dimensions.Length > 0))
        {
            throw new PgException(SqlState.ArraySubscriptError, $"slice dimension ({slice}) is out of the valid range 0..{elements.Dimensions.Length}");
        }

        var isArray = TypeFacts.GetElementType(catalog, TypeFacts.GetBaseType(catalog, target.TypeIn(call).Type)) != 0;
        if (slice > 0 && !isArray)
        {
            throw new PgException(SqlState.DatatypeMismatch, "FOREACH ... SLICE loop variable must be of an array type");
        }

        if (slice == 0 && isArray)
        {
            throw new PgException(SqlState.DatatypeMismatch, "FOREACH loop variable must not be of an array type");
        }

        var (found, flow) = (false, Flow.Next);
        foreach (var item in slice == 0 ? elements.Elements : Slices(codec, elements))
        {
            call.Session.CheckForInterrupts();
            found = true;
            call.Assign(target, new(item, slice == 0 ? catalog.Type(arrayType)!.typelem : arrayType, -1));
            if (!Iterate(call, out flow))
            {
                break;
            }
        }

        call.SetFound(found);
        return flow;
    }

    private IEnumerable<PgDatum> Slices(ArrayCodec codec, PgArray array)
    {
        var outer = array.Dimensions.Length - slice;
        var size = array.Dimensions[outer..].Aggregate(1, static (a, b) => a * b);
        for (var at = 0; at < array.Elements.Length; at += size)
        {
            yield return codec.ToStorage(new PgArray(array.ElementType, array.Dimensions[outer..], array.LowerBounds[outer..], array.Elements[at..(at + size)]));
        }
    }
}

/// <summary>EXIT and CONTINUE.</summary>
internal sealed class ExitStatement(int line, bool isExit, string? label, PlExpression? condition) : PlStatement(line)
{
    internal override string Description => isExit ? "EXIT" : "CONTINUE";

    internal override Flow Run(PlCall call)
    {
        if (condition is not null && !call.Condition(condition))
        {
            return Flow.Next;
        }

        call.Label = label;
        return isExit ? Flow.Exit : Flow.Continue;
    }
}
