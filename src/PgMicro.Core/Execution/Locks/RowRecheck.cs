using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Storage;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Locks;

/// <summary>A <see cref="OneRowQuery"/> ready to run, lowered when it is first needed.</summary>
/// <param name="lower">Lowers it.</param>
/// <param name="firstParameter">Number of its first parameter.</param>
/// <param name="values">What its parameters are.</param>
internal sealed class RowRecheck(Func<LoweredQuery> lower, int firstParameter, IReadOnlyList<OneRowValue> values)
{
    private readonly Lazy<(LoweredQuery Query, SqlText Sql)> _lowered = new(() =>
    {
        var query = lower();
        return (query, new SqlText(query.Sql));
    });

    /// <summary>Whether it asks for what the rows were before they have changed.</summary>
    internal bool ReadsBefore => values.Any(static v => v.Kind == OneRowValueKind.Before);

    internal int ColumnCount => _lowered.Value.Query.ColumnCount;

    /// <summary>Asks; to be disposed.</summary>
    /// <param name="session">The session, whose connection has the statement's snapshot.</param>
    /// <param name="parameters">The statement's parameters, up to the first one of ours.</param>
    /// <param name="first">The row as the query gave it.</param>
    /// <param name="versions">The rows of the locked tables; null where there is none.</param>
    internal SqliteRowSource Open(PgSession session, ReadOnlySpan<PgDatum> parameters, RowSource first, ReadOnlySpan<RowVersion?> versions)
    {
        var connection = session.Connection;
        var (query, sql) = _lowered.Value;
        foreach (var lateral in query.Laterals)
        {
            lateral.EnsureOn(connection);
        }

        var statement = connection.Rent(sql);
        var rows = new SqliteRowSource(statement);
        try
        {
            var count = statement.ParameterCount;
            for (var i = 0; i < Math.Min(count, parameters.Length); i++)
            {
                SqliteRowSource.Bind(statement, i + 1, parameters[i]);
            }

            for (var i = 0; i < values.Count && firstParameter + i <= count; i++)
            {
                SqliteRowSource.Bind(statement, firstParameter + i, ValueOf(values[i], first, versions));
            }
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        return rows;
    }

    private static PgDatum ValueOf(in OneRowValue value, RowSource first, ReadOnlySpan<RowVersion?> versions)
    {
        switch (value.Kind)
        {
            case OneRowValueKind.Source:
                return first.GetDatum(value.Column);
            case OneRowValueKind.SourcePresence:
                for (var i = 0; i < value.Column; i++)
                {
                    if (first.Kind(value.Item + i) != DatumKind.Null)
                    {
                        return PgDatum.FromBoolean(true);
                    }
                }

                return PgDatum.FromBoolean(false);
            case OneRowValueKind.Presence:
                return PgDatum.FromBoolean(versions[value.Item] is not null);
        }

        if (versions[value.Item] is not { } version)
        {
            return PgDatum.Null;
        }

        return value.Kind switch
        {
            OneRowValueKind.TableOid => PgDatum.FromInt64(version.Table),
            OneRowValueKind.Rowid => PgDatum.FromInt64(version.Rowid),
            OneRowValueKind.Before => (version.Before ?? version).Values[value.Column],
            OneRowValueKind.SeenRowid => version.IsChanged ? PgDatum.Null : PgDatum.FromInt64(version.Rowid),
            _ => version.Values[value.Column],
        };
    }
}
