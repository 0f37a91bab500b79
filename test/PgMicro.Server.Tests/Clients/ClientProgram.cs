using System.Diagnostics;
using System.Globalization;
using PgMicro.Recording;

namespace PgMicro.Server.Tests.Clients;

/// <summary>Runs programs that use a client library, against the server.</summary>
internal static class ClientProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<string> Folder = new(InstallModules);

    /// <summary>The folder of node's programs and the modules that they need.</summary>
    internal static string Modules => Folder.Value;

    /// <summary>Runs a program of the folder with host, port and database as its arguments; what it prints must be what it printed with PostgreSQL.</summary>
    internal static async Task CheckAsync(TestServer server, string interpreter, string program, params string[] options)
    {
        var transcript = new Transcript();
        await using (var database = await server.CreateDatabaseAsync("client_" + Path.GetFileNameWithoutExtension(program)))
        {
            var folder = program.EndsWith(".mjs", StringComparison.Ordinal) ? Folder.Value : Path.Combine(AppContext.BaseDirectory, "Clients");
            var port = database.Port.ToString(CultureInfo.InvariantCulture);
            foreach (var line in Run(folder, interpreter, [.. options, Path.Combine(folder, program), database.Host, port, database.Name]).TrimEnd('\n').Split('\n'))
            {
                transcript.Line(line);
            }
        }

        Recordings.Check("PgMicro.Server.Tests", "Clients." + Path.GetFileNameWithoutExtension(program), transcript);
    }

    /// <summary>Runs a command and gives what it prints, on both streams.</summary>
    internal static string Run(string folder, string command, string[] arguments, string? input = null)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TZ"] = "UTC";
        start.Environment["PGTZ"] = "UTC";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PGCLIENTENCODING"] = "UTF8";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not come to an end: {output.Result}{error.Result}");
        }

        return output.Result + error.Result;
    }

    // node finds modules beside the program: both go to a folder that a rebuild leaves alone.
    private static string InstallModules()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Clients");
        var folder = Path.Combine(AppContext.BaseDirectory, "node-clients");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(source, "*.mjs").Append(Path.Combine(source, "package.json")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@prisma")))
        {
            var output = Run(folder, "npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--legacy-peer-deps", "--loglevel=error"]);
            Assert.True(Directory.Exists(Path.Combine(folder, "node_modules", "@prisma")), "npm install failed: " + output);
        }

        return folder;
    }
}
