using System.Data.Common;
using Npgsql;

namespace PgMicro.Benchmarks.Subjects;

/// <summary>Work that is the same through every ADO.NET provider.</summary>
internal static class Ado
{
    /// <summary>Makes a command with parameters.</summary>
    internal static DbCommand Command(DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        if (connection is NpgsqlConnection)
        {
            // What a careful application does, and what the others do by themselves.
            command.Prepare();
        }

        return command;
    }

    /// <summary>Reads items to the end.</summary>
    internal static long ReadItems(DbCommand command, bool isSqlite)
    {
        var sum = 0L;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            sum += reader.GetInt32(0) + reader.GetString(1).Length + reader.GetInt32(2) + (long)reader.GetDouble(3);
            sum += (isSqlite ? DateTime.UnixEpoch.AddMicroseconds(reader.GetInt64(4)) : reader.GetDateTime(4)).Ticks;
            sum += reader.GetBoolean(5) ? 1 : 0;
        }

        return sum;
    }
}
