using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>What a call's name and arguments turned out to mean.</summary>
public enum FuncDetailCode
{
    /// <summary>Nothing.</summary>
    NotFound,

    /// <summary>Several candidates, none best.</summary>
    Multiple,

    /// <summary>A function.</summary>
    Normal,

    /// <summary>A procedure.</summary>
    Procedure,

    /// <summary>An aggregate.</summary>
    Aggregate,

    /// <summary>A window function.</summary>
    WindowFunc,

    /// <summary>A cast written as a call.</summary>
    Coercion,
}

/// <summary>Calls to functions (PostgreSQL's parse_func.c).</summary>
public static partial class FunctionResolution
{
    private const int MaxArgs = 100;

    /// <summary>What func_get_detail finds.</summary>
    internal sealed class FuncDetail
    {
        public FuncDetailCode Code { get; set; }

        public PgProc? Proc { get; set; }

        public uint ResultType { get; set; }

        public uint[] DeclaredTypes { get; set; } = [];

        public int NVArgs { get; set; }

        public int NDArgs { get; set; }

        public int[]? ArgNumbers { get; set; }
    }

    /// <summary>Looks up a function by name and argument types, as for a call.</summary>
    internal static FuncDetail FuncGetDetail(
        ParseState pstate,
        IReadOnlyList<string> names,
        IReadOnlyList<BoundExpr>? args,
        IReadOnlyList<string> argNames,
        uint[] argTypes,
        bool expandVariadic,
        bool expandDefaults,
        int location,
        bool isProcedureCall = false)
    {
        var catalog = pstate.Catalog;
        var candidates = NamespaceLookup.FuncnameGetCandidates(pstate, names, argTypes.Length, argNames, expandVariadic, expandDefaults, location, isProcedureCall);
        Candidate? best = null;
        foreach (var candidate in candidates)
        {
            if (candidate.Args.AsSpan(0, argTypes.Length).SequenceEqual(argTypes))
            {
                best = candidate;
                break;
            }
        }

        if (best is null)
        {
            if (argTypes.Length == 1 && args is { Count: 1 } && argNames.Count == 0
                && TypeNamed(pstate, names, location) is { } target && IsCoercionCall(catalog, args[0], argTypes[0], target.oid))
            {
                return new FuncDetail { Code = FuncDetailCode.Coercion, ResultType = target.oid, DeclaredTypes = argTypes };
            }

            var matching = CandidateSelection.MatchArgTypes(catalog, argTypes, candidates);
            if (matching.Count > 0)
            {
                best = matching.Count == 1 ? matching[0] : CandidateSelection.Select(catalog, argTypes, matching);
                if (best is null)
                {
                    return new FuncDetail { Code = FuncDetailCode.Multiple };
                }
            }
        }

        if (best is null)
        {
            return new FuncDetail { Code = FuncDetailCode.NotFound };
        }

        if (best.Oid == 0)
        {
            return new FuncDetail { Code = FuncDetailCode.Multiple };
        }

        var proc = catalog.Proc(best.Oid)!;
        return new FuncDetail
        {
            Code = proc.prokind switch
            {
                'a' => FuncDetailCode.Aggregate,
                'p' => FuncDetailCode.Procedure,
                'w' => FuncDetailCode.WindowFunc,
                _ => FuncDetailCode.Normal,
            },
            Proc = proc,
            ResultType = proc.prorettype,
            DeclaredTypes = (uint[])best.Args.Clone(),
            NVArgs = best.NVArgs,
            NDArgs = best.NDArgs,
            ArgNumbers = best.ArgNumbers,
        };
    }

    private static PgType? TypeNamed(ParseState pstate, IReadOnlyList<string> names, int location)
    {
        var (schema, name) = NamespaceLookup.Deconstruct(names, location);
        PgType? type;
        if (schema is null)
        {
            type = NamespaceLookup.TypenameGetType(pstate, name);
        }
        else
        {
            var nsp = NamespaceLookup.LookupExplicitNamespace(pstate, schema, location, missingOk: true);
            type = nsp == 0 ? null : pstate.Catalog.FindType(name, nsp);
        }

        return type is { typisdefined: true, typrelid: 0 } ? type : null;
    }

    private static bool IsCoercionCall(CatalogSnapshot catalog, BoundExpr arg, uint source, uint target)
    {
        if (source == TypeOid.Unknown && arg is BoundConst)
        {
            return true;
        }

        return Coercion.FindCoercionPathway(catalog, target, source, CoercionContext.Explicit, out _) switch
        {
            CoercionPathType.RelabelType => true,
            CoercionPathType.CoerceViaIO => !(TypeFacts.IsRowType(catalog, source) && TypeFacts.Category(catalog, target) == 'S'),
            _ => false,
        };
    }

    /// <summary>The expression of a call, of a cast written as one, or of an attribute written as one.</summary>
    /// <param name="pstate">The statement's state.</param>
    /// <param name="names">The function's name; for an attribute its name.</param>
    /// <param name="args">The transformed arguments.</param>
    /// <param name="lastSrf">pstate.LastSrf before the arguments were transformed.</param>
    /// <param name="call">The call as written; null for <c>t.f</c>.</param>
    /// <param name="isProcedureCall">Whether CALL is what calls.</param>
    /// <param name="location">Where it stands.</param>
    /// <returns>The expression; null when <paramref name="call"/> is null and there is no such attribute or function.</returns>
    /// <exception cref="PgException">42883, 42725, 42809, 42803, …</exception>
    public static BoundExpr? ParseFuncOrColumn(
        ParseState pstate, IReadOnlyList<string> names, List<BoundExpr> args, BoundExpr? lastSrf, Pg.FuncCall? call, bool isProcedureCall, int location)
    {
        var catalog = pstate.Catalog;
        var isColumn = call is null;
        var aggOrder = call?.AggOrder;
        var hasOrder = aggOrder is { Count: > 0 };
        var withinGroup = call?.AggWithinGroup ?? false;
        var aggStar = call?.AggStar ?? false;
        var aggDistinct = call?.AggDistinct ?? false;
        var funcVariadic = call?.FuncVariadic ?? false;
        var over = call?.Over;
        var format = call is null ? CoercionForm.ExplicitCall : ExprKindMap.Form(call.Funcformat);
        var filter = call?.AggFilter is { } filterNode
            ? Coercion.CoerceToBoolean(pstate, ExpressionBinder.Transform(pstate, filterNode, ParseExprKind.Filter), "FILTER")
            : null;
        if (args.Count > MaxArgs)
        {
            throw new PgException(SqlState.TooManyArguments, "cannot pass more than 100 arguments to a function").At(location);
        }

        var argNames = ArgNames(args);
        var actual = new uint[args.Count];
        for (var i = 0; i < actual.Length; i++)
        {
            actual[i] = args[i].Type;
        }

        var couldBeProjection = args.Count == 1 && !isProcedureCall && !hasOrder && filter is null && !aggStar && !aggDistinct && over is null
            && !funcVariadic && argNames.Count == 0 && names.Count == 1 && TypeFacts.IsRowType(catalog, actual[0]);
        if (couldBeProjection && isColumn && ParseComplexProjection(pstate, names[0], args[0], location) is { } projected)
        {
            return projected;
        }

        var detail = FuncGetDetail(pstate, names, args, argNames, actual, !funcVariadic, true, location, isProcedureCall);
        var shown = string.Join('.', names);
        switch (detail.Code)
        {
            case FuncDetailCode.Procedure when !isProcedureCall:
                throw new PgException(SqlState.WrongObjectType, $"{Signature(pstate, names, argNames, actual)} is a procedure")
                    .WithHint("To call a procedure, use CALL.").At(location);
            case FuncDetailCode.Normal or FuncDetailCode.Aggregate or FuncDetailCode.WindowFunc or FuncDetailCode.Coercion when isProcedureCall:
                throw new PgException(SqlState.WrongObjectType, $"{Signature(pstate, names, argNames, actual)} is not a procedure")
                    .WithHint("To call a function, use SELECT.").At(location);
            case FuncDetailCode.Normal or FuncDetailCode.Procedure or FuncDetailCode.Coercion:
                RejectAggregateSyntax(shown, aggStar, aggDistinct, withinGroup, hasOrder, filter is not null, over is not null, location);
                break;
            case FuncDetailCode.Aggregate:
                CheckAggregateKind(pstate, detail, names, argNames, actual, withinGroup, aggOrder?.Count ?? 0, over is not null, funcVariadic, location);
                break;
            case FuncDetailCode.WindowFunc:
                if (over is null)
                {
                    throw new PgException(SqlState.WrongObjectType, $"window function {shown} requires an OVER clause").At(location);
                }

                if (withinGroup)
                {
                    throw new PgException(SqlState.WrongObjectType, $"window function {shown} cannot have WITHIN GROUP").At(location);
                }

                break;
            case FuncDetailCode.Multiple:
                return isColumn
                    ? null
                    : throw new PgException(
                        SqlState.AmbiguousFunction,
                        $"{(isProcedureCall ? "procedure" : "function")} {Signature(pstate, names, argNames, actual)} is not unique")
                        .WithHint($"Could not choose a best candidate {(isProcedureCall ? "procedure" : "function")}. You might need to add explicit type casts.")
                        .At(location);
            case FuncDetailCode.NotFound:
                if (isColumn)
                {
                    return null;
                }

                if (couldBeProjection && ParseComplexProjection(pstate, names[0], args[0], location) is { } field)
                {
                    return field;
                }

                throw NotFound(pstate, names, argNames, actual, hasOrder && aggOrder!.Count > 1 && !withinGroup, isProcedureCall, location);
        }

        if (detail.Code == FuncDetailCode.Coercion)
        {
            return Coercion.CoerceType(pstate, args[0], actual[0], detail.ResultType, -1, CoercionContext.Explicit, CoercionForm.ExplicitCall, location);
        }

        var proc = detail.Proc!;
        List<int>? written = null;
        var writtenPositional = args.Count - argNames.Count;
        if (detail.ArgNumbers is not null || detail.NDArgs > 0)
        {
            written = [.. Enumerable.Range(0, args.Count).Select(i => detail.ArgNumbers is { } numbers ? numbers[i] : i)];
            args = CompleteArguments(pstate, proc, args, detail, isProcedureCall);
            actual = new uint[args.Count];
            for (var i = 0; i < actual.Length; i++)
            {
                actual[i] = args[i].Type;
            }
        }

        var result = EnforceGenericTypes(pstate, actual, detail.DeclaredTypes, detail.ResultType);
        if (detail.Code == FuncDetailCode.Aggregate && withinGroup && catalog.Aggregate(proc.oid)!.aggkind == 'h')
        {
            UnifyHypothetical(pstate, args, actual, detail.DeclaredTypes, aggOrder?.Count ?? 0);
        }

        MakeArguments(pstate, args, actual, detail.DeclaredTypes);
        if (detail.NVArgs > 0 && proc.provariadic != TypeOid.Any)
        {
            CollectVariadic(pstate, args, detail.NVArgs);
            funcVariadic = true;
        }
        else if (proc.provariadic == TypeOid.Any && funcVariadic
            && TypeFacts.GetBaseElementType(catalog, args[^1].Type) == 0)
        {
            throw new PgException(SqlState.DatatypeMismatch, "VARIADIC argument must be an array").At(ExprFacts.Location(args[^1]));
        }

        if (proc.proretset)
        {
            CheckSrfCallPlacement(pstate, lastSrf, location);
        }

        if (detail.Code is FuncDetailCode.Normal or FuncDetailCode.Procedure)
        {
            var function = new BoundFuncExpr
            {
                FuncId = proc.oid,
                Type = result,
                FuncRetSet = proc.proretset,
                FuncVariadic = funcVariadic,
                FuncFormat = format,
                Args = args,
                WrittenArgs = written,
                WrittenPositional = writtenPositional,
                Location = location,
            };
            if (proc.proretset)
            {
                pstate.LastSrf = function;
            }

            return function;
        }

        if (detail.Code == FuncDetailCode.Aggregate && over is null)
        {
            if (args.Count == 0 && !aggStar && !withinGroup)
            {
                throw new PgException(SqlState.WrongObjectType, $"{shown}(*) must be used to call a parameterless aggregate function").At(location);
            }

            if (argNames.Count > 0)
            {
                throw new PgException(SqlState.FeatureNotSupported, "aggregates cannot use named arguments").At(location);
            }

            var aggref = new BoundAggref
            {
                AggFnOid = proc.oid,
                Type = result,
                AggFilter = filter,
                AggStar = aggStar,
                AggVariadic = funcVariadic,
                AggKind = catalog.Aggregate(proc.oid)!.aggkind,
                Location = location,
            };
            AggregateBinding.TransformAggregateCall(pstate, aggref, args, aggOrder ?? [], aggDistinct);
            return aggref;
        }

        if (aggDistinct)
        {
            throw new PgException(SqlState.FeatureNotSupported, "DISTINCT is not implemented for window functions").At(location);
        }

        var isAggregate = detail.Code == FuncDetailCode.Aggregate;
        if (isAggregate && args.Count == 0 && !aggStar)
        {
            throw new PgException(SqlState.WrongObjectType, $"{shown}(*) must be used to call a parameterless aggregate function").At(location);
        }

        if (hasOrder)
        {
            throw new PgException(SqlState.FeatureNotSupported, "aggregate ORDER BY is not implemented for window functions").At(location);
        }

        if (!isAggregate && filter is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, "FILTER is not implemented for non-aggregate window functions").At(location);
        }

        if (!ReferenceEquals(pstate.LastSrf, lastSrf))
        {
            throw new PgException(SqlState.FeatureNotSupported, "window function calls cannot contain set-returning function calls")
                .WithHint("You might be able to move the set-returning function into a LATERAL FROM item.")
                .At(ExprFacts.Location(pstate.LastSrf));
        }

        if (argNames.Count > 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "window functions cannot use named arguments").At(location);
        }

        var window = new BoundWindowFunc
        {
            WinFnOid = proc.oid,
            Type = result,
            Args = args,
            AggFilter = filter,
            WinStar = aggStar,
            WinAgg = isAggregate,
            Location = location,
        };
        AggregateBinding.TransformWindowFuncCall(pstate, window, over!);
        return window;
    }

    private static List<string> ArgNames(List<BoundExpr> args)
    {
        var result = new List<string>();
        foreach (var arg in args)
        {
            if (arg is BoundNamedArgExpr named)
            {
                if (result.Contains(named.Name))
                {
                    throw new PgException(SqlState.SyntaxError, $"argument name \"{named.Name}\" used more than once").At(named.Location);
                }

                result.Add(named.Name);
            }
            else if (result.Count > 0)
            {
                throw new PgException(SqlState.SyntaxError, "positional argument cannot follow named argument").At(ExprFacts.Location(arg));
            }
        }

        return result;
    }

    private static void RejectAggregateSyntax(string name, bool star, bool distinct, bool withinGroup, bool order, bool filter, bool over, int location)
    {
        var what = star ? $"{name}(*)" : distinct ? "DISTINCT" : withinGroup ? "WITHIN GROUP" : order ? "ORDER BY" : filter ? "FILTER" : null;
        if (what is not null)
        {
            throw new PgException(SqlState.WrongObjectType, $"{what} specified, but {name} is not an aggregate function").At(location);
        }

        if (over)
        {
            throw new PgException(SqlState.WrongObjectType, $"OVER specified, but {name} is not a window function nor an aggregate function").At(location);
        }
    }

    // unify_hypothetical_args: a direct argument and the column that it would stand in get one type.
    private static void UnifyHypothetical(ParseState pstate, List<BoundExpr> args, uint[] actual, uint[] declared, int orderCount)
    {
        var direct = args.Count - orderCount;
        for (var i = Math.Max(direct - orderCount, 0); i < direct; i++)
        {
            var column = i + orderCount;
            if (declared[i] != TypeOid.Any)
            {
                continue;
            }

            var common = Coercion.SelectCommonType(pstate, [args[column], args[i]], "WITHIN GROUP");
            args[i] = Coercion.CoerceType(pstate, args[i], actual[i], common, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
            args[column] = Coercion.CoerceType(pstate, args[column], actual[column], common, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);
            (actual[i], actual[column]) = (common, common);
        }
    }

    private static void CheckAggregateKind(
        ParseState pstate,
        FuncDetail detail,
        IReadOnlyList<string> names,
        IReadOnlyList<string> argNames,
        uint[] actual,
        bool withinGroup,
        int orderCount,
        bool over,
        bool funcVariadic,
        int location)
    {
        var catalog = pstate.Catalog;
        var aggregate = catalog.Aggregate(detail.Proc!.oid)!;
        var shown = string.Join('.', names);
        if (aggregate.aggkind == 'n')
        {
            if (withinGroup)
            {
                throw new PgException(SqlState.WrongObjectType, $"{shown} is not an ordered-set aggregate, so it cannot have WITHIN GROUP").At(location);
            }

            return;
        }

        if (!withinGroup)
        {
            throw new PgException(SqlState.WrongObjectType, $"WITHIN GROUP is required for ordered-set aggregate {shown}").At(location);
        }

        if (over)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"OVER is not supported for ordered-set aggregate {shown}").At(location);
        }

        var direct = actual.Length - orderCount;
        var wanted = (int)aggregate.aggnumdirectargs;
        string? hint = null;
        if (detail.Proc.provariadic == 0)
        {
            if (direct != wanted)
            {
                hint = $"There is an ordered-set aggregate {shown}, but it requires {wanted} direct argument{(wanted == 1 ? "" : "s")}, not {direct}.";
            }
        }
        else if (wanted < actual.Length - Math.Max(detail.NVArgs - 1, 0))
        {
            // VARIADIC is no part of the direct arguments.
            if (direct != wanted)
            {
                hint = $"There is an ordered-set aggregate {shown}, but it requires {wanted} direct argument{(wanted == 1 ? "" : "s")}, not {direct}.";
            }
        }
        else if (aggregate.aggkind == 'h')
        {
            // Direct and ordered arguments are both the variadic ones: as many of the ones as of the others.
            if (detail.NVArgs != 2 * orderCount)
            {
                hint = $"To use the hypothetical-set aggregate {shown}, the number of hypothetical direct arguments (here {detail.NVArgs - orderCount}) must match the number of ordering columns (here {orderCount}).";
            }
        }
        else if (detail.NVArgs <= orderCount)
        {
            hint = $"There is an ordered-set aggregate {shown}, but it requires at least {wanted} direct argument{(wanted == 1 ? "" : "s")}.";
        }

        _ = funcVariadic;
        if (hint is not null)
        {
            throw new PgException(SqlState.UndefinedFunction, $"function {Signature(pstate, names, argNames, actual)} does not exist").WithHint(hint).At(location);
        }
    }

    private static PgException NotFound(
        ParseState pstate, IReadOnlyList<string> names, IReadOnlyList<string> argNames, uint[] actual, bool misplacedOrder, bool procedure, int location)
    {
        var kind = procedure ? "procedure" : "function";
        return new PgException(SqlState.UndefinedFunction, $"{kind} {Signature(pstate, names, argNames, actual)} does not exist")
            .WithHint(misplacedOrder
                ? "No aggregate function matches the given name and argument types. Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate."
                : $"No {kind} matches the given name and argument types. You might need to add explicit type casts.")
            .At(location);
    }

    /// <summary>The call as error messages show it: <c>f(integer, b =&gt; text)</c>.</summary>
    public static string Signature(ParseState pstate, IReadOnlyList<string> names, IReadOnlyList<string> argNames, ReadOnlySpan<uint> types)
    {
        var text = new System.Text.StringBuilder(string.Join('.', names)).Append('(');
        var positional = types.Length - argNames.Count;
        for (var i = 0; i < types.Length; i++)
        {
            text.Append(i > 0 ? ", " : "");
            if (i >= positional)
            {
                text.Append(argNames[i - positional]).Append(" => ");
            }

            text.Append(FormatType.Format(types[i], pstate));
        }

        return text.Append(')').ToString();
    }

    /// <summary>Puts named arguments into their places and fills the rest with the parameters' defaults.</summary>
    private static List<BoundExpr> CompleteArguments(ParseState pstate, PgProc proc, List<BoundExpr> args, FuncDetail detail, bool isCall)
    {
        var types = NamespaceLookup.CallTypes(proc, isCall);
        var count = types.Length;
        var result = new BoundExpr?[count];
        for (var i = 0; i < args.Count; i++)
        {
            result[detail.ArgNumbers is { } numbers ? numbers[i] : i] = args[i] is BoundNamedArgExpr named ? named.Arg : args[i];
        }

        detail.DeclaredTypes = (uint[])types.Clone();
        if (detail.NDArgs > 0)
        {
            var defaults = ArgumentDefaults(pstate, proc);
            for (var i = 0; i < count; i++)
            {
                result[i] ??= defaults[i - (count - defaults.Count)];
            }
        }

        return [.. result.Select(a => a!)];
    }

    private static List<BoundExpr> ArgumentDefaults(ParseState pstate, PgProc proc)
    {
        if (proc.proargdefaults is not null)
        {
            return RoutineDefaults.Read(proc);
        }

        var select = PgMicro.PgQuery.PgQueryParser.Parse("SELECT " + proc.proargdefaults_sql).Stmts[0].Stmt.SelectStmt;
        var inner = pstate.ForCatalogExpression();
        var result = new List<BoundExpr>();
        foreach (var target in select.TargetList)
        {
            var index = proc.proargtypes.Length - select.TargetList.Count + result.Count;
            var expr = ExpressionBinder.Transform(inner, target.ResTarget.Val, ParseExprKind.FunctionDefault);
            if (!TypeFacts.IsPolymorphic(proc.proargtypes[index]))
            {
                expr = Coercion.CoerceToSpecificType(inner, expr, proc.proargtypes[index], "DEFAULT");
            }

            result.Add(expr);
        }

        return result;
    }

    private static void CollectVariadic(ParseState pstate, List<BoundExpr> args, int count)
    {
        var items = args.GetRange(args.Count - count, count);
        args.RemoveRange(args.Count - count, count);
        var elementType = items[0].Type;
        var arrayType = TypeFacts.GetArrayType(pstate.Catalog, elementType);
        if (arrayType == 0)
        {
            throw new PgException(SqlState.UndefinedObject, $"could not find array type for data type {FormatType.Format(elementType, pstate)}")
                .At(ExprFacts.Location(items));
        }

        args.Add(new BoundArrayExpr { Elements = items, ElementType = elementType, Type = arrayType, Location = ExprFacts.Location(items) });
    }

    /// <summary>Decides polymorphic parameters.</summary>
    internal static uint EnforceGenericTypes(ParseState pstate, ReadOnlySpan<uint> actual, Span<uint> declared, uint result) =>
        Coercion.EnforceGenericTypeConsistency(pstate.Catalog, pstate.SearchPath, actual, declared, result, false);

    /// <summary>Converts arguments to the parameters' types, in place.</summary>
    internal static void MakeArguments(ParseState pstate, List<BoundExpr> args, ReadOnlySpan<uint> actual, ReadOnlySpan<uint> declared)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (actual[i] == declared[i])
            {
                continue;
            }

            if (args[i] is BoundNamedArgExpr named)
            {
                named.Arg = Coerce(pstate, named.Arg, actual[i], declared[i]);
                named.Type = named.Arg.Type;
            }
            else
            {
                args[i] = Coerce(pstate, args[i], actual[i], declared[i]);
            }
        }
    }

    private static BoundExpr Coerce(ParseState pstate, BoundExpr arg, uint actual, uint declared) =>
        Coercion.CoerceType(pstate, arg, actual, declared, -1, CoercionContext.Implicit, CoercionForm.ImplicitCast, -1);

    /// <summary>The field of a row; null when it has none of the name.</summary>
    public static BoundExpr? ParseComplexProjection(ParseState pstate, string name, BoundExpr arg, int location)
    {
        // The row of a FROM item has the names that its alias gives, not those of its type.
        if (arg is BoundVar { Varattno: 0 } whole && pstate.Scope is { } scope)
        {
            return scope.FindWholeRowColumn(pstate, whole, name, location);
        }

        if (RowShape.Of(pstate, arg) is not { } shape)
        {
            return null;
        }

        for (var i = 0; i < shape.Count; i++)
        {
            if (shape[i].Name == name && shape[i].Type != 0)
            {
                return new BoundFieldSelect
                {
                    Arg = arg,
                    FieldNum = i + 1,
                    Type = shape[i].Type,
                    Typmod = shape[i].Typmod,
                    Collation = shape[i].Collation,
                    Location = location,
                };
            }
        }

        return null;
    }
}
