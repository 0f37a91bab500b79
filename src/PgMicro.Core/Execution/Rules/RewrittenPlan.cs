using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Rewriting;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Rules;

/// <summary>One of the statements that stand for another; NOTIFY has no plan.</summary>
internal sealed record RewrittenPart(BoundQuery Query, ExecutablePlan? Plan);

/// <summary>Several statements, or none, in the place of one: each sees what those before it have done.</summary>
internal sealed class RewrittenPlan : ExecutablePlan
{
    private readonly CommandType _command;

    internal RewrittenPlan(CommandType command, IReadOnlyList<RewrittenPart> parts)
    {
        _command = command;
        Parts = parts;
        ExecutablePlan[] plans = [.. parts.Select(static p => p.Plan).OfType<ExecutablePlan>()];
        WriteCommand = plans.Select(static p => p.WriteCommand).FirstOrDefault(static c => c is not null);
        IsLogged = Array.TrueForAll(plans, static p => p.WriteCommand is null || p.IsLogged);
        MayWait = Array.Exists(plans, static p => p.MayWait);
        IsCacheable = Array.TrueForAll(plans, static p => p.IsCacheable);
        ChangesTemporaryOnly = Array.TrueForAll(plans, static p => p.WriteCommand is null || p.ChangesTemporaryOnly);
        CallsRoutines = Array.Exists(plans, static p => p.CallsRoutines);
        CallsWriters = Array.Exists(plans, static p => p.CallsWriters);
        Locks = [.. plans.SelectMany(static p => p.Locks)];
        Sequences = [.. plans.SelectMany(static p => p.Sequences).Distinct()];
        Reads = [.. plans.SelectMany(static p => p.Reads)];
    }

    /// <summary>The statements, in order.</summary>
    internal IReadOnlyList<RewrittenPart> Parts { get; }

    /// <inheritdoc/>
    internal override string? WriteCommand { get; }

    /// <inheritdoc/>
    internal override bool IsLogged { get; }

    /// <inheritdoc/>
    internal override bool MayWait { get; }

    /// <inheritdoc/>
    internal override bool IsCacheable { get; }

    /// <summary>The one query that COPY runs.</summary>
    /// <exception cref="PgException">0A000 when there are several, or none.</exception>
    internal ExecutablePlan OneQuery()
    {
        if (Parts.Count != 1)
        {
            throw new PgException(SqlState.FeatureNotSupported, RuleRewriter.WhyNotOne([.. Parts.Select(static p => p.Query)]) + " are not supported for COPY");
        }

        return Parts[0].Plan ?? throw new PgException(SqlState.FeatureNotSupported, "COPY query must not be a utility command");
    }

    /// <inheritdoc/>
    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        if (Parts is [{ Query.CanSetTag: true, Plan: { } only }])
        {
            return only.Start(session, parameters);
        }

        StatementRun? main = null;
        List<RuleResult>? results = null;
        foreach (var part in Parts)
        {
            if (part.Plan is not { } plan)
            {
                session.Notify(part.Query.Notify!.Channel, part.Query.Notify.Payload ?? "");
                continue;
            }

            var run = plan.Start(session, parameters);
            if (part.Query.CanSetTag)
            {
                main = run;
            }
            else if (run.Rows is { } rows)
            {
                // Its rows are not the statement's, but a simple query's client gets them where there are no others.
                (results ??= []).Add(new RuleResult(plan.Columns!, rows.Spool(plan.Columns!.Count)));
            }
        }

        var count = main?.RowsAffected ?? 0;
        return new StatementRun(main?.Tag(0) ?? CommandTags.Tag(_command, 0), count, main?.Rows) { Results = Columns is null && results is not null ? results : [] };
    }
}

/// <summary>Rows of a SELECT that a rule has added to a statement.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows, in memory.</param>
internal sealed record RuleResult(IReadOnlyList<ColumnDescription> Columns, RowSource Rows);
