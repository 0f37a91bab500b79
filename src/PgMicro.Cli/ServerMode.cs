using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using PgMicro.Core.Errors;
using PgMicro.Server;

namespace PgMicro.Cli;

/// <summary>pgmicro DATABASE --server ADDRESS:PORT: serves until SIGTERM or SIGINT.</summary>
internal static class ServerMode
{
    internal static async Task<int> RunAsync(PgMicroServerOptions options, string endPoint, CancellationToken cancellationToken)
    {
        var colon = endPoint.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(endPoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            await Console.Error.WriteLineAsync($"pgmicro: --server needs ADDRESS:PORT, not \"{endPoint}\"");
            return 2;
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var cancelled = cancellationToken.Register(() => stopped.TrySetResult());
        try
        {
            await using var server = await PgMicroServer.StartAsync(
                options with { Host = endPoint[..colon].Trim('[', ']'), Port = port },
                CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"listening on {new IPEndPoint(IPAddress.Parse(server.Host), server.Port)}"));
            await stopped.Task;
        }
        catch (Exception e) when (e is PgException or IOException)
        {
            await Console.Error.WriteLineAsync("pgmicro: " + e.Message);
            if (e is PgException { Hint: { } hint })
            {
                await Console.Error.WriteLineAsync("hint: " + hint);
            }

            return 1;
        }

        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
