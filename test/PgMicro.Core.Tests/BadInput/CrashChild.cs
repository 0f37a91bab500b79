using System.Diagnostics;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Tests.BadInput;

/// <summary>Another process: the one that <see cref="CrashTests"/> kills, or one that runs what it is told. This assembly, run as a program.</summary>
internal static class CrashChild
{
    internal static Process Start(string work, string file)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = work == "load", UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(CrashChild).Assembly.Location);
        start.ArgumentList.Add(work);
        start.ArgumentList.Add(file);
        return Process.Start(start)!;
    }

    /// <summary>Has a process that was started for "session" or "reader" run a line of SQL: its last statement's rows, separated by semicolons, or the error's SQLSTATE and message.</summary>
    internal static string Tell(this Process child, string sql)
    {
        child.StandardInput.WriteLine(sql);
        return child.StandardOutput.ReadLine()!;
    }

    private static int Main(string[] arguments)
    {
        using var database = Sessions.OpenFile(arguments[1], readOnly: arguments[0] == "reader");
        if (arguments[0] == "load")
        {
            CrashLoad.Run(database);
            return 0;
        }

        using var session = database.CreateSession();
        if (arguments[0] is "session" or "reader")
        {
            while (Console.ReadLine() is { } line)
            {
                try
                {
                    Console.WriteLine(string.Join(';', session.Run(line)));
                }
                catch (PgException e)
                {
                    Console.WriteLine(e.SqlState + ' ' + e.Message + (e.Detail is null ? "" : " / " + e.Detail));
                }
            }

            return 0;
        }

        if (arguments[0] == "transaction")
        {
            session.Run("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'before'), (2, 'before')");
            session.Run("BEGIN; CREATE TABLE made_in_transaction (id int); UPDATE t SET v = 'during'");
            session.Run("INSERT INTO t SELECT g, repeat('x', 1000) FROM generate_series(3, 20000) g");
            Console.WriteLine("in transaction");
            Thread.Sleep(Timeout.Infinite);
        }

        session.Run(
            """
            CREATE TABLE IF NOT EXISTS t (id bigserial PRIMARY KEY, v text);
            CREATE TABLE IF NOT EXISTS account (id int PRIMARY KEY, balance int);
            INSERT INTO account VALUES (1, 500), (2, 500) ON CONFLICT DO NOTHING;
            """);
        while (true)
        {
            session.Run(
                """
                BEGIN;
                UPDATE account SET balance = balance - 7 WHERE id = 1;
                INSERT INTO t (v) VALUES (repeat('x', 3000));
                UPDATE account SET balance = balance + 7 WHERE id = 2;
                COMMIT
                """);
            Console.WriteLine(session.Run("SELECT max(id) FROM t")[0] + '.');
        }
    }
}
