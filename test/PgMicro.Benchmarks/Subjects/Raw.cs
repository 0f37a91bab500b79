using System.Text;
using PgMicro.Core.Storage;

namespace PgMicro.Benchmarks.Subjects;

/// <summary>Work on SQLite's own interface through our binding.</summary>
internal static class Raw
{
    internal static long ReadItems(SqliteStatement statement)
    {
        var sum = 0L;
        while (statement.Step())
        {
            sum += statement.GetInt64(0) + Encoding.UTF8.GetString(statement.GetBytes(1)).Length + statement.GetInt64(2) + (long)statement.GetDouble(3);
            sum += statement.GetInt64(4) + statement.GetInt64(5);
        }

        return sum;
    }

    internal static void Insert(SqliteConnectionHandle connection, SqlText sql, int i)
    {
        var statement = connection.Rent(sql);
        statement.BindText(1, "item number");
        statement.BindInt64(2, i);
        statement.BindDouble(3, i * 1.5);
        statement.BindInt64(4, 1_700_000_000_000_000 + i);
        statement.BindInt64(5, i & 1);
        statement.Step();
        connection.Return(statement);
    }
}
