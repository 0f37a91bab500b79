using System.Runtime.ExceptionServices;

namespace PgMicro.PgQuery.Native;

/// <summary>Runs what recurses over a parse tree where the stack is sure to hold it.</summary>
internal static class DeepStack
{
    /// <summary>Trees of at most this depth are read on the caller's own thread: a quarter of a megabyte of stack.</summary>
    internal const int InlineDepth = 60;

    /// <summary>Deeper trees than this are refused. A level was measured to take up to 4 KB of stack.</summary>
    internal const int MaxDepth = 4_000;

    /// <summary>A level of <see cref="TreeDepth"/> is at most so many nested messages (a CTE, a window, a sublink).</summary>
    internal const int MessagesPerLevel = 12;

    private const int StackSize = 64 * 1024 * 1024;

    /// <summary>Throws 54001 when a text is nested too deeply; tells otherwise whether a thread with a larger stack is
    /// needed.</summary>
    public static bool IsNeeded(ReadOnlySpan<byte> utf8, out Range? junkParameter)
    {
        var depth = TreeDepth.Bound(utf8, MaxDepth, out junkParameter);
        return depth > MaxDepth ? throw TooComplex() : depth > InlineDepth;
    }

    /// <summary>What PostgreSQL says when its own stack is used up.</summary>
    public static PgQueryException TooComplex() => new("stack depth limit exceeded", "54001")
    {
        Hint = "Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.",
    };

    /// <summary>Runs <paramref name="work"/> on a thread of its own with a large stack.</summary>
    public static T Run<T>(Func<T> work)
    {
        T? result = default;
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    error = ExceptionDispatchInfo.Capture(e);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "PgMicro deep parse",
        };
        thread.Start();
        thread.Join();
        error?.Throw();
        return result!;
    }
}
