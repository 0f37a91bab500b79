using PgMicro.Core.Errors;
using PgMicro.Core.Transactions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Texts with constants in them, run as one statement with parameters.</content>
public sealed partial class PgSession
{
    /// <summary>
    /// The statement with parameters that means what a text means, when texts that differ in constants only have come before. Null when there is none, and when
    /// something is wrong with it: then the text by itself says what, and where.
    /// </summary>
    /// <exception cref="PgException">57P01 and others of <see cref="TerminationError"/>.</exception>
    internal TextRun? FindTemplate(string sql)
    {
        if (EscapesInStrings || TransactionStatus == TransactionStatus.Failed || Database.Templates.Find(sql) is not { } match)
        {
            return null;
        }

        using var latch = Latch.EnterScope();
        BeginTurn();
        EnsureTransaction();
        try
        {
            var statement = match.Template.Statement;
            var types = match.Template.ParameterTypes;
            var prepared = statement.Find(this, types);
            if (prepared is null)
            {
                var parsed = statement.Parse(this);
                prepared = statement.Keep(this, new PreparedStatement(parsed, types, Database.Planner.GetPlan(this, parsed, types)));
                if (!prepared.Plan.IsKept || HasPartialIndex(prepared.Plan) || HasInterval(prepared))
                {
                    Database.Templates.Reject(match);
                    return null;
                }
            }

            return new TextRun(match, prepared, match.Values(prepared.ParameterTypes, this));
        }
        catch (PgException)
        {
            // Nothing has been done: parse analysis neither waits nor changes anything.
            return null;
        }
        catch (Exception e)
        {
            throw Fail(e, null);
        }
    }

    /// <summary>Starts a text that a template serves.</summary>
    /// <exception cref="PgException">Any error of execution.</exception>
    internal Portal Execute(TextRun run)
    {
        try
        {
            return Execute(run.Statement, run.Values, run.Text);
        }
        catch (PgException e) when (e.Position > 0)
        {
            e.Position = run.ToPosition(e.Position);
            throw;
        }
    }

    // A constant is read with the fields that its column keeps: '5' is five years or five seconds. A parameter is cut down to them afterwards.
    private bool HasInterval(PreparedStatement prepared)
    {
        foreach (var type in prepared.ParameterTypes)
        {
            if (Catalog.GetBaseType(type) == TypeOid.Interval)
            {
                return true;
            }
        }

        return false;
    }

    // Whether one serves a query may depend on a constant.
    private bool HasPartialIndex(ExecutablePlan plan)
    {
        foreach (var held in plan.Locks)
        {
            if (Catalog.IndexesOf(held.Relation).Any(static i => i.indpred is not null))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A text's statement with parameters, and their values.</summary>
internal sealed class TextRun(TemplateMatch match, PreparedStatement statement, PgDatum[] values)
{
    /// <summary>What the client sent.</summary>
    internal string Text => match.Sql;

    /// <summary>The statement.</summary>
    internal PreparedStatement Statement => statement;

    /// <summary>The values.</summary>
    internal PgDatum[] Values => values;

    /// <summary>Where in the text something is that stands at a place of the statement.</summary>
    internal int ToPosition(int position) => match.ToPosition(position);
}
