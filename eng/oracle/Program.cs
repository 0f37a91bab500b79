using System.Globalization;
using PgMicro.Oracle.Answers;
using PgMicro.Oracle.Scripts;
using PgMicro.Oracle.Targets;

namespace PgMicro.Oracle;

/// <summary>Records what a real PostgreSQL answers to the test scripts, or verifies a server against the recorded answers.</summary>
internal static class Program
{
    private const string Usage =
        "usage: oracle record|verify [--host 127.0.0.1] [--port 5417] [--user postgres] [--missing] [area/name | area]...";

    private static async Task<int> Main(string[] arguments)
    {
        string host = "127.0.0.1", user = "postgres";
        var port = 5417;
        var missing = false;
        var filters = new List<string>();
        for (var i = 1; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--host" when i + 1 < arguments.Length: host = arguments[++i]; break;
                case "--user" when i + 1 < arguments.Length: user = arguments[++i]; break;
                case "--port" when i + 1 < arguments.Length: port = int.Parse(arguments[++i], CultureInfo.InvariantCulture); break;
                case "--missing": missing = true; break;
                default: filters.Add(arguments[i]); break;
            }
        }

        if (arguments is not ["record" or "verify", ..])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var wire = new WireHost(host, port, user);
        var different = 0;
        foreach (var script in ScriptFolder.Find(filters).Where(script => !missing || !File.Exists(script.ExpectedPath)))
        {
            var name = ScriptFolder.NameOf(script);
            await using var database = await wire.CreateDatabaseAsync($"pgmicro_{arguments[0]}_{Environment.ProcessId}");
            await using var target = await database.ConnectAsync();
            if (arguments[0] == "record")
            {
                var steps = await ScriptRunner.RunAsync(script, target);
                RecordedStep.Write(script.ExpectedPath, steps);
                Console.WriteLine($"{name}: {steps.Count} steps, {steps.Count(static step => step.Answer?.Error is not null)} errors");
            }
            else
            {
                var report = await ScriptRunner.VerifyAsync(script, target);
                different += report.Count;
                Console.WriteLine(report.Count == 0 ? $"{name}: same" : $"{name}: {report.Count} steps differ\n  {string.Join("\n  ", report)}");
            }
        }

        return different == 0 ? 0 : 1;
    }
}
