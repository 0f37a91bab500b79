using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>The choice among overloaded functions or operators (manual, sections 10.2 and 10.3).</summary>
internal static class CandidateSelection
{
    /// <summary>Those candidates whose parameters the argument types convert to implicitly.</summary>
    public static List<Candidate> MatchArgTypes(CatalogSnapshot catalog, ReadOnlySpan<uint> inputs, List<Candidate> candidates)
    {
        var result = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            if (Coercion.CanCoerce(catalog, inputs, candidate.Args.AsSpan(0, inputs.Length), CoercionContext.Implicit))
            {
                result.Add(candidate);
            }
        }

        return result;
    }

    /// <summary>The best of several matching candidates, or null when none is.</summary>
    public static Candidate? Select(CatalogSnapshot catalog, ReadOnlySpan<uint> inputs, List<Candidate> candidates)
    {
        var nargs = inputs.Length;
        var bases = new uint[nargs];
        var categories = new char[nargs];
        var unknowns = 0;
        for (var i = 0; i < nargs; i++)
        {
            bases[i] = inputs[i] == TypeOid.Unknown ? TypeOid.Unknown : TypeFacts.GetBaseType(catalog, inputs[i]);
            categories[i] = TypeFacts.Category(catalog, bases[i]);
            unknowns += inputs[i] == TypeOid.Unknown ? 1 : 0;
        }

        // Most exact matches on base types.
        candidates = KeepBest(candidates, c => Count(c, bases, (i, type) => type == bases[i]));
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        // Most exact matches or preferred types where a conversion is needed.
        candidates = KeepBest(candidates, c => Count(c, bases, (i, type) => type == bases[i] || TypeFacts.IsPreferred(catalog, categories[i], type)));
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        if (unknowns == 0)
        {
            return null;
        }

        candidates = ByUnknownCategories(catalog, bases, candidates);
        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        // Last, take the unknown arguments to be of the type that all known ones share.
        if (unknowns == nargs)
        {
            return null;
        }

        var known = TypeOid.Unknown;
        foreach (var type in bases)
        {
            if (type == TypeOid.Unknown)
            {
                continue;
            }

            if (known != TypeOid.Unknown && known != type)
            {
                return null;
            }

            known = type;
        }

        Array.Fill(bases, known);
        Candidate? only = null;
        foreach (var candidate in candidates)
        {
            if (Coercion.CanCoerce(catalog, bases, candidate.Args.AsSpan(0, nargs), CoercionContext.Implicit))
            {
                if (only is not null)
                {
                    return null;
                }

                only = candidate;
            }
        }

        return only;
    }

    private static int Count(Candidate candidate, uint[] bases, Func<int, uint, bool> matches)
    {
        var count = 0;
        for (var i = 0; i < bases.Length; i++)
        {
            if (bases[i] != TypeOid.Unknown && matches(i, candidate.Args[i]))
            {
                count++;
            }
        }

        return count;
    }

    private static List<Candidate> KeepBest(List<Candidate> candidates, Func<Candidate, int> score)
    {
        var best = 0;
        var result = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            var value = score(candidate);
            if (value > best || result.Count == 0)
            {
                best = value;
                result.Clear();
                result.Add(candidate);
            }
            else if (value == best)
            {
                result.Add(candidate);
            }
        }

        return result;
    }

    private static List<Candidate> ByUnknownCategories(CatalogSnapshot catalog, uint[] bases, List<Candidate> candidates)
    {
        var slot = new char[bases.Length];
        var slotHasPreferred = new bool[bases.Length];
        for (var i = 0; i < bases.Length; i++)
        {
            if (bases[i] != TypeOid.Unknown)
            {
                continue;
            }

            var conflict = false;
            foreach (var candidate in candidates)
            {
                var row = TypeFacts.Require(catalog, candidate.Args[i]);
                if (slot[i] == '\0')
                {
                    (slot[i], slotHasPreferred[i]) = (row.typcategory, row.typispreferred);
                }
                else if (row.typcategory == slot[i])
                {
                    slotHasPreferred[i] |= row.typispreferred;
                }
                else if (row.typcategory == 'S')
                {
                    // An unknown literal is most likely a string.
                    (slot[i], slotHasPreferred[i]) = ('S', row.typispreferred);
                }
                else
                {
                    conflict = true;
                }
            }

            if (conflict && slot[i] != 'S')
            {
                return candidates;
            }
        }

        var result = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            var keep = true;
            for (var i = 0; keep && i < bases.Length; i++)
            {
                if (bases[i] == TypeOid.Unknown)
                {
                    var row = TypeFacts.Require(catalog, candidate.Args[i]);
                    keep = row.typcategory == slot[i] && (!slotHasPreferred[i] || row.typispreferred);
                }
            }

            if (keep)
            {
                result.Add(candidate);
            }
        }

        return result.Count > 0 ? result : candidates;
    }
}
