using System.CommandLine;

namespace PgMicro.Cli;

/// <summary>The command line of pgmicro.</summary>
internal static class PgMicroCommand
{
    internal static RootCommand Create()
    {
        var target = new Argument<string>("database") { Description = "A database file, a folder of database files, or :memory:" };
        var server = new Option<string>("--server") { Description = "Serve PostgreSQL clients on ADDRESS:PORT", Required = true, HelpName = "ADDRESS:PORT" };
        var socket = new Option<string?>("--unix-socket") { Description = "Listen on a Unix socket in this folder too", HelpName = "FOLDER" };
        var connections = new Option<int>("--max-connections") { Description = "Most sessions at a time", DefaultValueFactory = _ => 1000 };
        var command = new RootCommand("PostgreSQL in one file and one process.") { target, server, socket, connections };
        command.SetAction((result, cancellationToken) => ServerMode.RunAsync(
            result.GetRequiredValue(target), result.GetRequiredValue(server), result.GetValue(socket), result.GetValue(connections), cancellationToken));
        return command;
    }
}
