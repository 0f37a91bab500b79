using PgMicro.Core.Errors;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Dml;

/// <summary>Where a data-modifying statement has its rows from: a query, or a row of constants for which no SQLite statement is needed.</summary>
/// <param name="parameterCount">The parameters of the statement; the transaction's id follows them.</param>
/// <param name="constants">The only row's values; null where there is a query.</param>
/// <param name="query">The query.</param>
internal sealed class StatementSource(int parameterCount, ValueSource[]? constants, LoweredQuery? query)
{
    private readonly SqlText? _sql = query is null ? null : new SqlText(query.Sql);

    /// <summary>The query; null for a row of constants.</summary>
    internal LoweredQuery? Query => query;

    internal bool IsConstant => constants is not null;

    internal int Width => constants?.Length ?? query!.ColumnCount;

    /// <summary>Relations that it reads.</summary>
    internal IReadOnlyList<uint> RelationOids => query?.RelationOids ?? [];

    /// <summary>Whether rows may be written while it is read.</summary>
    internal bool CanStream => query is null or { RelationOids.Count: 0, Laterals.Count: 0 };

    /// <summary>Its rows; to be disposed of.</summary>
    internal RowSource Open(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        if (constants is not null)
        {
            return new ValuesRow(Evaluate(constants, execution.Session, parameters));
        }

        var connection = execution.Session.Connection;
        foreach (var lateral in query!.Laterals)
        {
            lateral.EnsureOn(connection);
        }

        var statement = connection.Rent(_sql!);
        try
        {
            var count = Math.Min(statement.ParameterCount, parameters.Length);
            for (var i = 0; i < count; i++)
            {
                SqliteRowSource.Bind(statement, i + 1, parameters[i]);
            }

            if (statement.ParameterCount > parameterCount)
            {
                statement.BindInt64(parameterCount + 1, execution.Xid);
            }
        }
        catch
        {
            connection.Return(statement);
            throw;
        }

        return new SqliteRowSource(statement);
    }

    /// <summary>All of its rows, before anything is written.</summary>
    internal RowBuffer Read(DmlExecution execution, ReadOnlySpan<PgDatum> parameters)
    {
        using var source = Open(execution, parameters);
        return Read(source);
    }

    /// <summary>The rest of its rows.</summary>
    internal RowBuffer Read(RowSource source)
    {
        var buffer = new RowBuffer();
        buffer.Clear(Width);
        while (source.Read())
        {
            buffer.Append(source);
        }

        return buffer;
    }

    private static PgDatum[] Evaluate(ValueSource[] sources, PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var result = new PgDatum[sources.Length];
        for (var i = 0; i < result.Length; i++)
        {
            ref var source = ref sources[i];
            switch (source.Kind)
            {
                case ValueSourceKind.Constant:
                    result[i] = source.Constant;
                    break;
                case ValueSourceKind.Parameter:
                    result[i] = parameters[(int)source.Number - 1];
                    break;
                default:
                    var next = session.NextValue(source.Number);
                    if (source.Kind == ValueSourceKind.NextValueInt4 && next != (int)next)
                    {
                        throw PgErrors.OutOfRange("integer");
                    }

                    result[i] = PgDatum.FromInt64(next);
                    break;
            }
        }

        return result;
    }
}

/// <summary>Where a value of a constant row comes from.</summary>
internal enum ValueSourceKind
{
    /// <summary>It stands in the plan.</summary>
    Constant,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>nextval of a sequence.</summary>
    NextValue,

    /// <summary>nextval, cast to integer.</summary>
    NextValueInt4,
}

/// <summary>A value of a constant row: parameter number or sequence OID, or the constant.</summary>
internal readonly record struct ValueSource(ValueSourceKind Kind, uint Number, PgDatum Constant)
{
    internal ValueSource(ValueSourceKind kind, int number, PgDatum constant)
        : this(kind, (uint)number, constant)
    {
    }
}
