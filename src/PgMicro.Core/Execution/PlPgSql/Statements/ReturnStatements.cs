using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Statements;

/// <summary>RETURN, with an expression, a variable, or neither where the OUT parameters are the result.</summary>
internal sealed class ReturnStatement(int line, PlExpression? expression, PlTarget? variable) : PlStatement(line)
{
    internal override string Description => "RETURN";

    internal override Flow Run(PlCall call)
    {
        if (call.Set is null)
        {
            call.Returned = variable is not null ? ResultRows.ValueOf(call, variable) : expression is not null ? ValueOf(call, expression) : default;
        }

        return Flow.Return;
    }

    private static ReturnedValue ValueOf(PlCall call, PlExpression expression)
    {
        var given = call.Evaluate(expression);
        return !call.Function.ResultIsRow || given.Value.IsNull ? new ReturnedValue(given.Value, given.Type, given.Typmod)
            : new ReturnedValue(default, given.Type, -1) { Row = call.RowOf(given) ?? throw ResultRows.NotComposite() };
    }
}

/// <summary>RETURN NEXT.</summary>
internal sealed class ReturnNextStatement(int line, PlExpression? expression, PlTarget? variable) : PlStatement(line)
{
    internal override string Description => "RETURN NEXT";

    internal override Flow Run(PlCall call)
    {
        var set = call.Set!;
        var value = variable is not null ? ResultRows.ValueOf(call, variable) : Given(call, expression!);
        if (variable is RecordTarget { Record: { RowType: null } record } && value.Row is null)
        {
            throw NamedVariables.NotAssigned(record.Name);
        }

        if (value.Row is { } row)
        {
            set.Add(call, row, variable is null ? "returned record type does not match expected record type" : "wrong record type supplied in RETURN NEXT");
        }
        else if (call.Function.ResultIsRow && expression is not null)
        {
            set.AddNulls();
        }
        else if (set.Scalar is (var type, var typmod))
        {
            set.Rows.Add([call.Cast(value.Value, value.Type, value.Typmod, type, typmod)]);
        }
        else
        {
            throw new PgException(SqlState.DatatypeMismatch, "wrong result type supplied in RETURN NEXT");
        }

        return Flow.Next;
    }

    private static ReturnedValue Given(PlCall call, PlExpression expression)
    {
        var given = call.Evaluate(expression);
        return !call.Function.ResultIsRow || given.Value.IsNull ? new ReturnedValue(given.Value, given.Type, given.Typmod)
            : new ReturnedValue(default, given.Type, -1) { Row = call.RowOf(given) ?? throw ResultRows.NotComposite() };
    }
}

/// <summary>RETURN QUERY and RETURN QUERY EXECUTE.</summary>
internal sealed class ReturnQueryStatement(int line, PlExpression query, bool isText, PlExpression[] arguments) : PlStatement(line)
{
    internal override string Description => "RETURN QUERY";

    internal override Flow Run(PlCall call)
    {
        var (result, text) = isText ? Execute(call) : (call.Execute(query), query.Text);
        if (result.Columns is null)
        {
            throw new PgException(SqlState.SyntaxError, $"{CommandNames.OfWriting(call.Session.Database.Parser.Parse(text)[0].Raw.Stmt)} query does not return tuples").AddContext($"SQL statement \"{text}\"");
        }

        try
        {
            call.Set!.AddAll(call, result.RowType, result.Rows, "structure of query does not match function result type");
        }
        catch (PgException e)
        {
            throw e.AddContext($"SQL statement \"{text}\"");
        }

        call.RowCount = result.Rows.Count;
        call.SetFound(result.Rows.Count > 0);
        return Flow.Next;
    }

    private (QueryResult, string) Execute(PlCall call)
    {
        var text = call.TextOf(query) ?? throw new PgException(SqlState.NullValueNotAllowed, "query string argument of EXECUTE is null");
        if (call.Session.Database.Parser.TryParse(text) is [{ Raw.Stmt.SelectStmt.IntoClause: not null }])
        {
            throw new PgException(SqlState.SyntaxError, "SELECT INTO query does not return tuples").AddContext($"SQL statement \"{text}\"");
        }

        return (call.ExecuteText(text, Array.ConvertAll(arguments, call.Evaluate)), text);
    }
}

/// <summary>Rows as results.</summary>
internal static class ResultRows
{
    internal static PgException NotComposite() => new(SqlState.DatatypeMismatch, "cannot return non-composite value from function returning composite type");

    /// <summary>What a variable, or the row of the OUT parameters, is as a result.</summary>
    internal static ReturnedValue ValueOf(PlCall call, PlTarget target)
    {
        switch (target)
        {
            case VariableTarget { Variable: var variable }:
                var value = call.Cells[variable.Number].Value;
                return call.Function.ResultIsRow && call.Function.OutTarget is null && !value.IsNull ? throw NotComposite() : new ReturnedValue(value, variable.Type, variable.Typmod);
            case RecordTarget { Record: var record }:
                return call.Cells[record.Number].Row is { } row
                    ? new ReturnedValue(default, row.Type.Type, -1) { Row = row.Copy() }
                    : new ReturnedValue(PgDatum.Null, record.DeclaredType, -1);
            default:
                var targets = ((RowTarget)target).Targets;
                var values = targets.Select(t => DatumOf(call, t)).ToArray();
                return new ReturnedValue(default, TypeOid.Record, -1) { Row = new PlRow(call.Function.OutRow!, values) };
        }
    }

    private static PgDatum DatumOf(PlCall call, PlTarget target)
    {
        ref readonly var cell = ref call.Cells[target.Datum.Number];
        return target is VariableTarget ? cell.Value : cell.Row is { IsNull: false } row ? row.Type.ToDatum(call.Session.Types, row.Values) : PgDatum.Null;
    }

    /// <summary>Checks that a row's columns are those expected, by position (PostgreSQL's convert_tuples_by_position).</summary>
    /// <exception cref="PgException">42804.</exception>
    internal static void Check(PlCall call, PlRowType given, PlRowType expected, string message)
    {
        for (var i = 0; i < Math.Min(given.Count, expected.Count); i++)
        {
            if (given.Shape.Types[i] != expected.Shape.Types[i] || (expected.Shape.Typmods[i] >= 0 && given.Shape.Typmods[i] != expected.Shape.Typmods[i]))
            {
                var path = call.Session.SearchPath(includeImplicit: true);
                throw new PgException(SqlState.DatatypeMismatch, message).WithDetail(
                    $"Returned type {FormatType.Format(given.Shape.Types[i], given.Shape.Typmods[i], call.Session.Catalog, path)} does not match expected type "
                    + $"{FormatType.Format(expected.Shape.Types[i], expected.Shape.Typmods[i], call.Session.Catalog, path)} in column {i + 1}.");
            }
        }

        if (given.Count != expected.Count)
        {
            throw new PgException(SqlState.DatatypeMismatch, message)
                .WithDetail($"Number of returned columns ({given.Count}) does not match expected column count ({expected.Count}).");
        }
    }
}

/// <summary>The rows that a set-returning function has returned so far.</summary>
/// <param name="columns">The columns of its result; null for rows of whichever shape, each one value of type record.</param>
/// <param name="scalar">The result's type when it is no row.</param>
internal sealed class ReturnedSet(PlRowType? columns, (uint Type, int Typmod)? scalar)
{
    internal List<PgDatum[]> Rows { get; } = [];

    internal (uint Type, int Typmod)? Scalar => scalar;

    internal void Add(PlCall call, PlRow row, string message)
    {
        if (columns is not null)
        {
            ResultRows.Check(call, row.Type, columns, message);
        }

        Rows.Add(columns is null ? [row.Type.ToDatum(call.Session.Types, row.Values)] : (PgDatum[])row.Values.Clone());
    }

    internal void AddNulls() => Rows.Add(new PgDatum[columns?.Count ?? 1]);

    internal void AddAll(PlCall call, PlRowType type, List<PgDatum[]> rows, string message)
    {
        var expected = columns ?? (scalar is (var scalarType, var typmod) ? PlRowType.Anonymous(RecordShape.Get([scalarType], [typmod], [call.Function.Name])) : null);
        if (expected is not null)
        {
            ResultRows.Check(call, type, expected, message);
            Rows.AddRange(rows);
            return;
        }

        foreach (var row in rows)
        {
            Rows.Add([type.ToDatum(call.Session.Types, row)]);
        }
    }
}
