using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography.X509Certificates;
using PgMicro.Server;

namespace PgMicro.Cli;

/// <summary>The command line of pgmicro.</summary>
internal static class PgMicroCommand
{
    internal static RootCommand Create()
    {
        var target = new Argument<string>("database") { Description = "A database file, a folder of database files, or :memory:" };
        var server = new Option<string>("--server") { Description = "Serve PostgreSQL clients on ADDRESS:PORT", Required = true, HelpName = "ADDRESS:PORT" };
        var socket = new Option<string?>("--unix-socket") { Description = "Listen on a Unix socket in this folder too", HelpName = "FOLDER" };
        var authentication = new Option<PgMicroAuthentication>("--auth")
        {
            Description = "How clients prove who they are: trust or scram-sha-256",
            HelpName = "METHOD",
            CustomParser = ParseAuthentication,
        };
        var certificate = new Option<FileInfo?>("--tls-cert") { Description = "Offer TLS with this certificate (PEM)" };
        var key = new Option<FileInfo?>("--tls-key") { Description = "The certificate's private key (PEM)" };
        var generate = new Option<bool>("--tls") { Description = "Offer TLS with a certificate made for the occasion" };
        var connections = new Option<int>("--max-connections") { Description = "Most sessions at a time", DefaultValueFactory = _ => 1000 };
        var command = new RootCommand("PostgreSQL in one file and one process.") { target, server, socket, authentication, generate, certificate, key, connections };
        command.SetAction((result, cancellationToken) => ServerMode.RunAsync(
            new PgMicroServerOptions
            {
                Path = result.GetRequiredValue(target),
                UnixSocketDirectory = result.GetValue(socket),
                Authentication = result.GetValue(authentication),
                Certificate = result.GetValue(certificate) is { } file
                    ? X509Certificate2.CreateFromPemFile(file.FullName, result.GetValue(key)?.FullName)
                    : null,
                GenerateCertificate = result.GetValue(generate),
                MaxConnections = result.GetValue(connections),
                Log = Console.Error.WriteLine,
            },
            result.GetRequiredValue(server),
            cancellationToken));
        return command;
    }

    private static PgMicroAuthentication ParseAuthentication(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "trust":
                return PgMicroAuthentication.Trust;
            case "scram-sha-256":
                return PgMicroAuthentication.ScramSha256;
            case var other:
                result.AddError($"--auth is trust or scram-sha-256, not {other}");
                return default;
        }
    }
}
