using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace Chinook;

/// <summary>Prints what runs, its SQL, its rows and its time.</summary>
internal static class Show
{
    internal static async Task Query(string title, IQueryable<string> query)
    {
        Console.WriteLine($"\n-- {title}\n{query.ToQueryString()}");
        var rows = await query.ToListAsync(); // once to compile, so that the time is what the second and every later run takes
        var clock = Stopwatch.StartNew();
        rows = await query.ToListAsync();
        clock.Stop();
        foreach (var row in rows)
        {
            Console.WriteLine("   " + row);
        }

        Console.WriteLine($"   ({rows.Count} rows, {clock.Elapsed.TotalMilliseconds:0.00} ms)");
    }

    internal static async Task Timed(string what, Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        Console.WriteLine($"{what} ({clock.Elapsed.TotalMilliseconds:0.0} ms)");
    }
}
