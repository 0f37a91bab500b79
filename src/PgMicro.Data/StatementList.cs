using Npgsql;

namespace PgMicro.Data;

/// <summary>One statement to run, with where its parameters come from.</summary>
internal readonly record struct PlannedStatement(RewrittenStatement Text, NpgsqlParameterCollection? Parameters, PgMicroBatchCommand? Owner);

/// <summary>What a reader runs: the statements of one command, or of the commands of a batch.</summary>
internal readonly struct StatementList
{
    private readonly RewrittenStatement[]? _statements;
    private readonly NpgsqlParameterCollection? _parameters;
    private readonly List<PlannedStatement>? _batch;

    internal StatementList(RewrittenStatement[] statements, NpgsqlParameterCollection? parameters)
    {
        _statements = statements;
        _parameters = parameters;
    }

    internal StatementList(List<PlannedStatement> batch) => _batch = batch;

    internal int Count => _batch?.Count ?? _statements!.Length;

    internal PlannedStatement this[int index] => _batch is null ? new PlannedStatement(_statements![index], _parameters, null) : _batch[index];
}
