using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>A function or operator that a name may mean, in the shape a call would use it (PostgreSQL's FuncCandidateList).</summary>
internal sealed class Candidate
{
    /// <summary>Rank of its schema in the search path; lower hides higher.</summary>
    public required int PathPos { get; init; }

    /// <summary>pg_proc.oid or pg_operator.oid; 0 marks an ambiguous pair of equal argument lists.</summary>
    public required uint Oid { get; set; }

    /// <summary>Argument types in call order, defaults and VARIADIC expanded.</summary>
    public required uint[] Args { get; init; }

    /// <summary>The number of parameters before VARIADIC expansion.</summary>
    public int NomNArgs { get; init; }

    /// <summary>How many of <see cref="Args"/> came from the variadic parameter.</summary>
    public int NVArgs { get; init; }

    /// <summary>How many parameters take their defaults.</summary>
    public int NDArgs { get; init; }

    /// <summary>For a call with named arguments: which parameter each argument is; otherwise null.</summary>
    public int[]? ArgNumbers { get; init; }
}

/// <summary>Names to catalog objects along the search path, as PostgreSQL's namespace.c does.</summary>
internal static class NamespaceLookup
{
    /// <summary>Cuts a qualified name into schema (or null) and object.</summary>
    public static (string? Schema, string Name) Deconstruct(IReadOnlyList<string> names, int location = -1) => names.Count switch
    {
        1 => (null, names[0]),
        2 => (names[0], names[1]),
        3 => (names[1], names[2]),
        _ => throw new PgException(SqlState.SyntaxError, $"improper qualified name (too many dotted names): {string.Join('.', names)}").At(location),
    };

    /// <summary>The strings of a list of String nodes.</summary>
    public static string[] Strings(IReadOnlyList<Pg.Node> nodes)
    {
        var result = new string[nodes.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = nodes[i].NodeCase == Pg.Node.NodeOneofCase.AStar ? "*" : nodes[i].String.Sval;
        }

        return result;
    }

    /// <summary>The OID of a schema that the text names.</summary>
    /// <exception cref="PgException">3F000 when there is none.</exception>
    public static uint LookupExplicitNamespace(ParseState pstate, string schema, int location, bool missingOk = false)
    {
        // The session's own temporary schema is the only one that it searches.
        var row = schema == "pg_temp"
            ? pstate.SearchPath.Select(pstate.Catalog.Namespace).FirstOrDefault(static n => n?.nspname.StartsWith("pg_temp_", StringComparison.Ordinal) == true)
            : pstate.Catalog.FindNamespace(schema);
        if (row is null)
        {
            return missingOk ? 0u : throw new PgException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist").At(location);
        }

        return row.oid;
    }

    /// <summary>The first type of a name along the search path, or null.</summary>
    public static PgType? TypenameGetType(ParseState pstate, string name)
    {
        foreach (var nsp in pstate.SearchPath)
        {
            if (pstate.Catalog.FindType(name, nsp) is { } type)
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>The collation of a possibly qualified name.</summary>
    /// <exception cref="PgException">42704 when there is none.</exception>
    public static uint CollationOid(ParseState pstate, IReadOnlyList<string> names, int location)
    {
        var (schema, name) = Deconstruct(names, location);
        if (schema is not null)
        {
            var nsp = LookupExplicitNamespace(pstate, schema, location);
            if (pstate.Catalog.FindCollation(name, nsp) is { } found)
            {
                return found.oid;
            }
        }
        else
        {
            foreach (var nsp in pstate.SearchPath)
            {
                if (pstate.Catalog.FindCollation(name, nsp) is { } found)
                {
                    return found.oid;
                }
            }
        }

        throw new PgException(SqlState.UndefinedObject, $"collation \"{string.Join('.', names)}\" for encoding \"UTF8\" does not exist").At(location);
    }

    /// <summary>The functions a name may mean for a call with so many arguments.</summary>
    /// <param name="pstate">Where catalog and search path are.</param>
    /// <param name="names">The name as written.</param>
    /// <param name="nargs">Number of arguments, or -1 for all functions of the name.</param>
    /// <param name="argnames">Names of the last arguments of a call in named notation.</param>
    /// <param name="expandVariadic">Whether a variadic function may take its elements one by one.</param>
    /// <param name="expandDefaults">Whether trailing parameters may take their defaults.</param>
    /// <param name="location">Where the name stands.</param>
    public static List<Candidate> FuncnameGetCandidates(
        ParseState pstate, IReadOnlyList<string> names, int nargs, IReadOnlyList<string> argnames, bool expandVariadic, bool expandDefaults, int location,
        bool isCall = false)
    {
        var result = new List<Candidate>();
        var (schema, name) = Deconstruct(names, location);
        var wanted = schema is null ? 0u : LookupExplicitNamespace(pstate, schema, location);

        foreach (var proc in pstate.Catalog.ProcsByName(name))
        {
            var pathpos = 0;
            if (wanted != 0)
            {
                if (proc.pronamespace != wanted)
                {
                    continue;
                }
            }
            else if ((pathpos = PathPosition(pstate, proc.pronamespace)) < 0)
            {
                continue;
            }

            if (MakeCandidate(proc, CallTypes(proc, isCall), pathpos, nargs, argnames, expandVariadic, expandDefaults) is { } candidate)
            {
                AddCandidate(result, candidate);
            }
        }

        return result;
    }

    /// <summary>The types of the parameters that a call gives: CALL gives a procedure's OUT parameters too.</summary>
    internal static uint[] CallTypes(PgProc proc, bool isCall) =>
        isCall && proc is { prokind: 'p', proallargtypes: { } all } ? all : proc.proargtypes;

    private static Candidate? MakeCandidate(
        PgProc proc, uint[] types, int pathpos, int nargs, IReadOnlyList<string> argnames, bool expandVariadic, bool expandDefaults)
    {
        var pronargs = types.Length;
        if (nargs < 0)
        {
            return new Candidate { PathPos = pathpos, Oid = proc.oid, Args = types, NomNArgs = pronargs };
        }

        if (argnames.Count > 0)
        {
            // A variadic function takes named notation only when the variadic array itself is named.
            if (proc.provariadic != 0 && expandVariadic)
            {
                return null;
            }

            return MatchNamedCall(proc, types.Length, nargs, argnames, expandDefaults) is { } argnumbers
                ? new Candidate
                {
                    PathPos = pathpos,
                    Oid = proc.oid,
                    Args = Array.ConvertAll(argnumbers, n => types[n]),
                    NomNArgs = pronargs,
                    NDArgs = pronargs - nargs,
                    ArgNumbers = argnumbers,
                }
                : null;
        }

        var variadic = expandVariadic && proc.provariadic != 0 && pronargs <= nargs;
        var useDefaults = false;
        if (!variadic && pronargs != nargs)
        {
            if (pronargs > nargs && expandDefaults && nargs + proc.pronargdefaults >= pronargs)
            {
                useDefaults = true;
            }
            else
            {
                return null;
            }
        }

        if (variadic)
        {
            var args = new uint[Math.Max(nargs, pronargs)];
            Array.Copy(types, args, pronargs - 1);
            Array.Fill(args, proc.provariadic, pronargs - 1, args.Length - (pronargs - 1));
            return new Candidate { PathPos = pathpos, Oid = proc.oid, Args = args, NomNArgs = pronargs, NVArgs = args.Length - pronargs + 1 };
        }

        return new Candidate { PathPos = pathpos, Oid = proc.oid, Args = types, NomNArgs = pronargs, NDArgs = useDefaults ? pronargs - nargs : 0 };
    }

    /// <summary>Which parameter each argument of a call in named or mixed notation is; null when the call does not fit.</summary>
    private static int[]? MatchNamedCall(PgProc proc, int pronargs, int nargs, IReadOnlyList<string> argnames, bool expandDefaults)
    {
        if (proc.proargnames is not { } names || pronargs < nargs)
        {
            return null;
        }

        var positional = nargs - argnames.Count;
        var used = new bool[pronargs];
        var numbers = new int[pronargs];
        var ap = 0;
        for (; ap < positional; ap++)
        {
            numbers[ap] = ap;
            used[ap] = true;
        }

        foreach (var argname in argnames)
        {
            var pp = 0;
            var found = false;
            for (var i = 0; i < names.Length; i++)
            {
                var mode = proc.proargmodes is { } modes ? modes[i] : 'i';
                if (mode is not ('i' or 'b' or 'v') && (mode != 'o' || pronargs == proc.proargtypes.Length))
                {
                    continue;
                }

                if (names[i].Length > 0 && names[i] == argname)
                {
                    if (used[pp])
                    {
                        return null;
                    }

                    used[pp] = true;
                    numbers[ap++] = pp;
                    found = true;
                    break;
                }

                pp++;
            }

            if (!found)
            {
                return null;
            }
        }

        if (nargs < pronargs)
        {
            if (!expandDefaults)
            {
                return null;
            }

            var firstDefault = pronargs - proc.pronargdefaults;
            for (var pp = positional; pp < pronargs; pp++)
            {
                if (used[pp])
                {
                    continue;
                }

                if (pp < firstDefault)
                {
                    return null;
                }

                numbers[ap++] = pp;
            }
        }

        return numbers;
    }

    private static void AddCandidate(List<Candidate> list, Candidate candidate)
    {
        // Two candidates that a call could not tell apart: an earlier schema hides a later one, a non-variadic form a
        // variadic one, and otherwise the pair is ambiguous.
        for (var i = 0; i < list.Count; i++)
        {
            var prev = list[i];
            var effective = candidate.Args.Length - candidate.NDArgs;
            if (effective != prev.Args.Length - prev.NDArgs
                || !candidate.Args.AsSpan(0, effective).SequenceEqual(prev.Args.AsSpan(0, effective)))
            {
                continue;
            }

            int preference;
            if (candidate.PathPos != prev.PathPos)
            {
                preference = candidate.PathPos - prev.PathPos;
            }
            else if (candidate.NVArgs > 0 && prev.NVArgs > 0)
            {
                preference = prev.NomNArgs - candidate.NomNArgs;
            }
            else
            {
                preference = (candidate.NVArgs > 0 ? 1 : 0) - (prev.NVArgs > 0 ? 1 : 0);
            }

            if (preference > 0)
            {
                return;
            }

            if (preference < 0)
            {
                list[i] = candidate;
                return;
            }

            prev.Oid = 0;
            return;
        }

        list.Add(candidate);
    }


    /// <summary>The operators a name may mean, by kind ('b' or 'l'); earlier schemas hide equal signatures of later ones.</summary>
    public static List<Candidate> OpernameGetCandidates(ParseState pstate, IReadOnlyList<string> names, char oprkind, int location)
    {
        var result = new List<Candidate>();
        var (schema, name) = Deconstruct(names, location);
        var wanted = schema is null ? 0u : LookupExplicitNamespace(pstate, schema, location);

        foreach (var op in pstate.Catalog.OperatorsByName(name))
        {
            if (op.oprkind != oprkind)
            {
                continue;
            }

            var pathpos = 0;
            if (wanted != 0)
            {
                if (op.oprnamespace != wanted)
                {
                    continue;
                }
            }
            else if ((pathpos = PathPosition(pstate, op.oprnamespace)) < 0)
            {
                continue;
            }

            uint[] args = oprkind == 'l' ? [op.oprright] : [op.oprleft, op.oprright];
            var hidden = false;
            for (var i = 0; i < result.Count; i++)
            {
                if (result[i].Args.AsSpan().SequenceEqual(args))
                {
                    hidden = true;
                    if (pathpos < result[i].PathPos)
                    {
                        result[i] = new Candidate { PathPos = pathpos, Oid = op.oid, Args = args, NomNArgs = args.Length };
                    }

                    break;
                }
            }

            if (!hidden)
            {
                result.Add(new Candidate { PathPos = pathpos, Oid = op.oid, Args = args, NomNArgs = args.Length });
            }
        }

        return result;
    }

    /// <summary>The operator of a name with exactly these argument types (left 0 for a prefix operator), or 0.</summary>
    public static uint OpernameGetOprid(ParseState pstate, IReadOnlyList<string> names, uint left, uint right, int location)
    {
        var (schema, name) = Deconstruct(names, location);
        var wanted = schema is null ? 0u : LookupExplicitNamespace(pstate, schema, location);

        uint best = 0;
        var bestPos = int.MaxValue;
        foreach (var op in pstate.Catalog.OperatorsByName(name))
        {
            if (op.oprleft != left || op.oprright != right)
            {
                continue;
            }

            if (wanted != 0)
            {
                if (op.oprnamespace == wanted)
                {
                    return op.oid;
                }

                continue;
            }

            var pos = PathPosition(pstate, op.oprnamespace);
            if (pos >= 0 && pos < bestPos)
            {
                (best, bestPos) = (op.oid, pos);
            }
        }

        return best;
    }

    /// <summary>Where a schema stands in the search path for functions and operators; -1 when it is not there. Temporary ones must be named.</summary>
    public static int PathPosition(ParseState pstate, uint nsp)
    {
        var path = pstate.SearchPath;
        for (var i = 0; i < path.Count; i++)
        {
            if (path[i] == nsp)
            {
                return nsp == BuiltInOids.PgCatalogNamespace || pstate.Catalog.Namespace(nsp)?.nspname.StartsWith("pg_temp_", StringComparison.Ordinal) != true ? i : -1;
            }
        }

        return -1;
    }
}
