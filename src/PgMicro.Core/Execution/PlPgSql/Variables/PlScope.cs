namespace PgMicro.Core.Execution.PlPgSql.Variables;

/// <summary>
/// What names mean at a place of a body: a chain of the variables declared so far, each block or loop behind the label that it began with.
/// An expression keeps the chain of its place, so that it sees what was declared before it and nothing else.
/// </summary>
internal sealed class PlScope
{
    private PlScope(PlScope? outer, string name, PlDatum? datum, bool isLoop, bool isBlock)
    {
        Outer = outer;
        Name = name;
        Datum = datum;
        IsLoop = isLoop;
        IsBlock = isBlock;
    }

    internal PlScope? Outer { get; }

    /// <summary>The name of a variable, or a label; empty for a block or loop that has none.</summary>
    internal string Name { get; }

    /// <summary>The variable; null for a label.</summary>
    internal PlDatum? Datum { get; }

    internal bool IsLoop { get; }

    internal bool IsBlock { get; }

    internal static PlScope Block(PlScope? outer, string? label) => new(outer, label ?? "", null, isLoop: false, isBlock: true);

    internal static PlScope Loop(PlScope outer, string? label) => new(outer, label ?? "", null, isLoop: true, isBlock: false);

    internal PlScope With(string name, PlDatum datum) => new(this, name, datum, false, false);

    /// <summary>Finds what a name means that may be qualified by a label; tells how many of its parts that took.</summary>
    internal static PlDatum? Find(PlScope? scope, ReadOnlySpan<string> names, out int used, bool innermostOnly = false)
    {
        while (scope is not null)
        {
            var item = scope;
            for (; item.Datum is { } datum; item = item.Outer!)
            {
                if (item.Name == names[0] && (names.Length == 1 || datum is PlRecord))
                {
                    used = 1;
                    return datum;
                }
            }

            if (names.Length > 1 && item.Name == names[0])
            {
                for (var inner = scope; inner.Datum is { } datum; inner = inner.Outer!)
                {
                    if (inner.Name == names[1] && (names.Length == 2 || datum is PlRecord))
                    {
                        used = 2;
                        return datum;
                    }
                }
            }

            if (innermostOnly)
            {
                break;
            }

            scope = item.Outer;
        }

        used = 0;
        return null;
    }

    /// <summary>The block or loop of a label; null when there is none.</summary>
    internal static PlScope? FindLabel(PlScope? scope, string label)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.Datum is null && scope.Name == label)
            {
                return scope;
            }
        }

        return null;
    }

    /// <summary>Whether a loop is around a place.</summary>
    internal static bool InLoop(PlScope? scope)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            if (scope.IsLoop)
            {
                return true;
            }
        }

        return false;
    }
}
