using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Roles;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Aggregates;

/// <summary>CREATE [OR REPLACE] AGGREGATE (PostgreSQL's DefineAggregate and AggregateCreate).</summary>
internal sealed class CreateAggregate
{
    private const int MaxArguments = 99;
    private readonly DdlContext _ddl;
    private readonly AggregateOptions _options;
    private readonly uint[] _arguments;
    private readonly uint _variadic;
    private readonly int _direct;
    private readonly int _transitionArguments;

    private CreateAggregate(DdlContext ddl, AggregateOptions options, uint[] arguments, uint variadic, int direct)
    {
        (_ddl, _options, _arguments, _variadic, _direct) = (ddl, options, arguments, variadic, direct);

        // One VARIADIC may stand for direct and aggregated arguments both.
        _transitionArguments = options.Kind == 'n' ? arguments.Length : direct < arguments.Length ? arguments.Length - direct : 1;
    }

    internal static string Execute(DdlContext ddl, Pg.DefineStmt statement)
    {
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(statement.Defnames));
        var space = Routines.CreationNamespace(ddl, schema, name);
        var (written, direct) = Signature(statement);
        var options = AggregateOptions.Read(ddl, statement.Definition, direct >= 0 ? 'o' : 'n');
        var parameters = statement.Oldstyle ? null : NewStyle(ddl, options, written);
        uint[] arguments = parameters?.InputTypes ?? OldStyle(ddl, options);
        var state = StateType(ddl, options.StateType!);
        if (options.Serial is null != options.Deserial is null)
        {
            throw Invalid("must specify both or neither of serialization and deserialization functions");
        }

        if (options.Serial is not null && state != TypeOid.Internal)
        {
            throw Invalid("serialization functions may be specified only when the aggregate transition data type is internal");
        }

        var moving = options.MovingStateType is { } movingType ? StateType(ddl, movingType) : 0;
        CheckInitial(ddl, options.InitialValue, state);
        CheckInitial(ddl, options.MovingInitialValue, moving);
        options.ReadParallel();
        var aggregate = new CreateAggregate(ddl, options, arguments, parameters?.Variadic ?? 0, Math.Max(direct, 0)).Resolve(state, moving, out var result);
        Store(ddl, statement, options, aggregate, new PgProc
        {
            proname = name,
            pronamespace = space,
            proowner = ddl.Owner,
            prolang = BuiltInOids.InternalLanguage,
            procost = 1,
            provariadic = parameters?.Variadic ?? 0,
            prokind = 'a',
            provolatile = 'i',
            proparallel = options.Parallel,
            pronargs = (short)arguments.Length,
            prorettype = result,
            proargtypes = arguments,
            proallargtypes = parameters?.AllTypes,
            proargmodes = parameters?.Modes,
            proargnames = parameters?.Names,
            prosrc = "aggregate_dummy",
        });
        return "CREATE AGGREGATE";
    }

    // The grammar gives a list of parameters and the number of direct ones, -1 without ORDER BY.
    private static (IReadOnlyList<Pg.Node> Parameters, int Direct) Signature(Pg.DefineStmt statement) =>
        statement.Oldstyle ? ([], -1) : (statement.Args[0].List?.Items ?? (IReadOnlyList<Pg.Node>)[], statement.Args[1].Integer.Ival);

    private static uint[] OldStyle(DdlContext ddl, AggregateOptions options)
    {
        if (options.BaseType is not { } type)
        {
            throw Invalid("aggregate input type must be specified");
        }

        return string.Equals(TypeNames.ToString(ddl.ParseState, type), "ANY", StringComparison.OrdinalIgnoreCase) ? [] : [TypeOfName(ddl, type)];
    }

    private static RoutineParameters NewStyle(DdlContext ddl, AggregateOptions options, IReadOnlyList<Pg.Node> written) =>
        options.BaseType is null ? RoutineParameters.OfAggregate(ddl, written) : throw Invalid("basetype is redundant with aggregate input type specification");

    private static uint TypeOfName(DdlContext ddl, Pg.TypeName name)
    {
        var placeless = name.Clone();
        placeless.Location = -1;
        return TypeNames.ResolveOid(ddl.ParseState, placeless);
    }

    private static uint StateType(DdlContext ddl, Pg.TypeName name)
    {
        var type = TypeOfName(ddl, name);
        var isAllowed = ddl.Catalog.Type(type) is not { typtype: 'p' } || TypeFacts.IsPolymorphic(type)
            || (type == TypeOid.Internal && RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner));
        return isAllowed ? type : throw Invalid($"aggregate transition data type cannot be {DdlExpressions.FormatType(ddl, type)}");
    }

    // It is kept as text, since what it means may depend on when it is read; but it has to mean something.
    private static void CheckInitial(DdlContext ddl, string? value, uint type)
    {
        if (value is not null && ddl.Catalog.Type(type) is { typtype: not 'p' })
        {
            AggregateValues.Input(ddl.Session, value, type);
        }
    }

    private PgAggregate Resolve(uint state, uint moving, out uint result)
    {
        if (_arguments.Length > MaxArguments)
        {
            throw new PgException(SqlState.TooManyArguments, $"aggregates cannot have more than {MaxArguments} arguments");
        }

        RequireDetermined(state);
        if (moving != 0)
        {
            RequireDetermined(moving);
        }

        CheckOrderedSet();
        var transition = Transition(_options.Transition!, state, _options.InitialValue);
        SupportFunction? movingTransition = null, inverse = null;
        if (moving != 0)
        {
            movingTransition = Transition(_options.MovingTransition!, moving, _options.MovingInitialValue);
            inverse = Inverse(moving, movingTransition.Value.Proc.proisstrict);
        }

        var final = _options.Final is { } finalNames ? FinalFunction(finalNames, state, _options.FinalExtra) : (SupportFunction?)null;
        result = final?.Result ?? state;
        var combine = _options.Combine is { } combineNames ? Combine(combineNames, state) : (SupportFunction?)null;
        var serial = _options.Serial is { } serialNames ? Typed(serialNames, [TypeOid.Internal], TypeOid.Bytea, "serialization function") : (SupportFunction?)null;
        var deserial = _options.Deserial is { } deserialNames
            ? Typed(deserialNames, [TypeOid.Bytea, TypeOid.Internal], TypeOid.Internal, "deserialization function") : (SupportFunction?)null;
        if (RoutineSignatures.WhyUndetermined(_ddl, result, _arguments) is { } reason)
        {
            throw new PgException(SqlState.DatatypeMismatch, "cannot determine result data type").WithDetail(reason);
        }

        RoutineSignatures.RequireSafeInternal(result, _arguments);
        SupportFunction? movingFinal = null;
        if (moving != 0)
        {
            movingFinal = _options.MovingFinal is { } names ? FinalFunction(names, moving, _options.MovingFinalExtra) : null;
            if ((movingFinal?.Result ?? moving) != result)
            {
                throw Invalid($"moving-aggregate implementation returns type {Name(moving)}, but plain implementation returns type {Name(state)}");
            }
        }

        var sort = SortOperator();
        foreach (var type in (uint[])[.. _arguments, state, .. moving != 0 ? [moving] : Array.Empty<uint>(), result])
        {
            RelationRows.RequireUsage(_ddl, _ddl.Catalog.Type(type)!);
        }

        return new PgAggregate
        {
            aggkind = _options.Kind,
            aggnumdirectargs = (short)_direct,
            aggtransfn = transition.Proc.oid,
            aggfinalfn = final?.Proc.oid ?? 0,
            aggcombinefn = combine?.Proc.oid ?? 0,
            aggserialfn = serial?.Proc.oid ?? 0,
            aggdeserialfn = deserial?.Proc.oid ?? 0,
            aggmtransfn = movingTransition?.Proc.oid ?? 0,
            aggminvtransfn = inverse?.Proc.oid ?? 0,
            aggmfinalfn = movingFinal?.Proc.oid ?? 0,
            aggfinalextra = _options.FinalExtra,
            aggmfinalextra = _options.MovingFinalExtra,
            aggfinalmodify = _options.FinalModify,
            aggmfinalmodify = _options.MovingFinalModify,
            aggsortop = sort,
            aggtranstype = state,
            aggtransspace = _options.StateSpace,
            aggmtranstype = moving,
            aggmtransspace = _options.MovingStateSpace,
            agginitval = _options.InitialValue,
            aggminitval = _options.MovingInitialValue,
        };
    }

    private void RequireDetermined(uint state)
    {
        if (RoutineSignatures.WhyUndetermined(_ddl, state, _arguments) is { } reason)
        {
            throw Invalid("cannot determine transition data type").WithDetail(reason);
        }
    }

    private void CheckOrderedSet()
    {
        if (_options.Kind != 'n' && _variadic is not (0 or TypeOid.Any))
        {
            throw new PgException(SqlState.FeatureNotSupported, "a variadic ordered-set aggregate must use VARIADIC type ANY");
        }

        var aggregated = _arguments.Length - _direct;
        if (_options.Kind == 'h' && aggregated > 0
            && (_variadic != 0 || _direct < aggregated || !_arguments.AsSpan(_direct - aggregated, aggregated).SequenceEqual(_arguments.AsSpan(_direct))))
        {
            throw Invalid("a hypothetical-set aggregate must have direct arguments matching its aggregated arguments");
        }
    }

    private uint[] TransitionTypes(uint state) => [state, .. _arguments.AsSpan(_arguments.Length - _transitionArguments)];

    private SupportFunction Transition(string[] names, uint state, string? initial)
    {
        var function = Typed(names, TransitionTypes(state), state, "transition function", _variadic);

        // The first value becomes the state then.
        if (function.Proc.proisstrict && initial is null && (_arguments.Length < 1 || !Coercion.IsBinaryCoercible(_ddl.Catalog, _arguments[0], state)))
        {
            throw Invalid("must not omit initial value when transition function is strict and transition type is not compatible with input type");
        }

        return function;
    }

    private SupportFunction Inverse(uint state, bool isStrict)
    {
        var function = Typed(_options.MovingInverse!, TransitionTypes(state), state, "inverse transition function", _variadic);
        return function.Proc.proisstrict == isStrict ? function : throw Invalid("strictness of aggregate's forward and inverse transition functions must match");
    }

    private SupportFunction FinalFunction(string[] names, uint state, bool extra)
    {
        uint[] types = [state, .. extra ? _arguments : _arguments.AsSpan(0, _direct)];
        var function = SupportFunction.Find(_ddl, names, types, extra || _direct == _arguments.Length ? _variadic : 0);
        return extra && function.Proc.proisstrict ? throw Invalid("final function with extra arguments must not be declared STRICT") : function;
    }

    private SupportFunction Combine(string[] names, uint state)
    {
        var function = Typed(names, [state, state], state, "combine function");
        return state == TypeOid.Internal && function.Proc.proisstrict
            ? throw Invalid($"combine function with transition type {Name(state)} must not be declared STRICT")
            : function;
    }

    private SupportFunction Typed(string[] names, uint[] types, uint result, string what, uint variadic = 0)
    {
        var function = SupportFunction.Find(_ddl, names, types, variadic);
        return function.Result == result
            ? function
            : throw new PgException(SqlState.DatatypeMismatch, $"return type of {what} {string.Join('.', names)} is not {Name(result)}");
    }

    private uint SortOperator()
    {
        if (_options.SortOperator is not { } names)
        {
            return 0;
        }

        if (_arguments.Length != 1)
        {
            throw Invalid("sort operator can only be specified for single-argument aggregates");
        }

        return OperatorObjects.Find(_ddl, names, _arguments[0], _arguments[0]).oid;
    }

    private string Name(uint type) => DdlExpressions.FormatType(_ddl, type);

    private static void Store(DdlContext ddl, Pg.DefineStmt statement, AggregateOptions options, PgAggregate aggregate, PgProc proc)
    {
        var old = Routines.Find(ddl, proc.proname, proc.pronamespace, proc.proargtypes);
        if (old is null)
        {
            proc = ddl.Put(proc with { oid = ddl.NewOid(), proacl = DefaultPrivileges.For(ddl, 'f', ddl.Owner, proc.pronamespace) });
        }
        else
        {
            if (!statement.Replace)
            {
                throw new PgException(SqlState.DuplicateFunction, $"function \"{proc.proname}\" already exists with same argument types");
            }

            RoutineReplacement.Check(ddl, old, proc, []);
            if (ddl.Catalog.Aggregate(old.oid) is { } before)
            {
                CheckReplaced(proc.proname, before, aggregate, options);
            }

            proc = ddl.Put(proc with { oid = old.oid, proowner = old.proowner, proacl = old.proacl });
            ddl.ForgetDependencies(ObjectAddress.Function(proc.oid), static d => d.deptype is not (DependencyType.Extension or DependencyType.AutoExtension));
        }

        aggregate = ddl.Put(aggregate with { aggfnoid = proc.oid });
        Depend(ddl, proc, aggregate);
    }

    private static void CheckReplaced(string name, PgAggregate before, PgAggregate aggregate, AggregateOptions options)
    {
        if (before.aggkind != options.Kind)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot change routine kind").WithDetail(before.aggkind switch
            {
                'n' => $"\"{name}\" is an ordinary aggregate function.",
                'o' => $"\"{name}\" is an ordered-set aggregate.",
                _ => $"\"{name}\" is a hypothetical-set aggregate.",
            });
        }

        if (before.aggnumdirectargs != aggregate.aggnumdirectargs)
        {
            throw Invalid("cannot change number of direct arguments of an aggregate function");
        }
    }

    private static void Depend(DdlContext ddl, PgProc proc, PgAggregate aggregate)
    {
        var address = ObjectAddress.Function(proc.oid);
        IEnumerable<ObjectAddress> referenced =
        [
            ObjectAddress.Namespace(proc.pronamespace), ObjectAddress.Type(proc.prorettype), .. (proc.proallargtypes ?? proc.proargtypes).Select(ObjectAddress.Type),
            .. ((uint[])[aggregate.aggtransfn, aggregate.aggfinalfn, aggregate.aggcombinefn, aggregate.aggserialfn, aggregate.aggdeserialfn,
                aggregate.aggmtransfn, aggregate.aggminvtransfn, aggregate.aggmfinalfn]).Where(static f => f != 0).Select(ObjectAddress.Function),
            .. aggregate.aggsortop != 0 ? [new ObjectAddress(PgOperator.RelationOid, aggregate.aggsortop)] : Array.Empty<ObjectAddress>(),
        ];
        foreach (var reference in referenced.Distinct())
        {
            ddl.Depend(address, reference);
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidFunctionDefinition, message);
}
