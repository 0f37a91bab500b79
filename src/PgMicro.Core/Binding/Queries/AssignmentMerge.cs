using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Several assignments to parts of one column become one value of the column (process_matched_tle).</summary>
internal static class AssignmentMerge
{
    /// <summary>Merges in place; the entries keep the order of the first of each column.</summary>
    /// <exception cref="PgException">42601 when a column is assigned twice as a whole.</exception>
    internal static void Merge(List<TargetEntry> list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].ResJunk)
            {
                continue;
            }

            var first = list.FindIndex(t => !t.ResJunk && t.ResNo == list[i].ResNo);
            if (first < i)
            {
                list[first].Expr = Together(list[i].Expr, list[first].Expr, list[i].ResName ?? "");
                list.RemoveAt(i--);
            }
        }
    }

    /// <summary>The place that an assignment changes; null when the expression is none.</summary>
    internal static BoundExpr? Input(BoundExpr expr) => expr switch
    {
        BoundFieldStore store => store.Arg,
        BoundSubscriptingRef { RefAssignExpr: not null } subscript => subscript.RefExpr,
        _ => null,
    };

    private static BoundExpr Together(BoundExpr later, BoundExpr earlier, string column)
    {
        BoundCoerceToDomain? domain = null;
        if (later is BoundCoerceToDomain laterDomain && earlier is BoundCoerceToDomain earlierDomain)
        {
            domain = laterDomain;
            later = laterDomain.Arg;
            earlier = earlierDomain.Arg;
        }

        if (Input(later) is not { } input || Input(earlier) is not { } bottom || later.Type != earlier.Type)
        {
            throw Twice(column);
        }

        while (Input(bottom) is { } deeper)
        {
            bottom = deeper;
        }

        if (!BoundEquality.AreEqual(bottom, input))
        {
            throw Twice(column);
        }

        BoundExpr result;
        if (later is BoundFieldStore store)
        {
            var merged = (BoundFieldStore)store.ShallowCopy();
            if (earlier is BoundFieldStore before && BoundEquality.AreEqual(before.Arg, store.Arg))
            {
                merged.NewVals = [.. before.NewVals, .. store.NewVals];
                merged.FieldNums = [.. before.FieldNums, .. store.FieldNums];
            }
            else
            {
                merged.Arg = earlier;
            }

            result = merged;
        }
        else
        {
            var merged = (BoundSubscriptingRef)((BoundSubscriptingRef)later).ShallowCopy();
            merged.RefExpr = earlier;
            result = merged;
        }

        if (domain is null)
        {
            return result;
        }

        var wrapped = (BoundCoerceToDomain)domain.ShallowCopy();
        wrapped.Arg = result;
        return wrapped;
    }

    private static PgException Twice(string column) => new(SqlState.SyntaxError, $"multiple assignments to same column \"{column}\"");
}
