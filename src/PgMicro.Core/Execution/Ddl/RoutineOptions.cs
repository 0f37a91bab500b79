using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Settings;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The attributes of a routine that CREATE and ALTER write after its signature, each once (PostgreSQL's compute_function_attributes).</summary>
internal sealed class RoutineOptions
{
    private readonly Dictionary<string, Pg.DefElem> _given = new(StringComparer.Ordinal);
    private readonly List<Pg.VariableSetStmt> _settings = [];

    /// <summary>LANGUAGE; null when there is none.</summary>
    internal string? Language => _given.GetValueOrDefault("language")?.Arg.String.Sval;

    /// <summary>The strings of AS; null when there is none.</summary>
    internal string[]? Body => _given.GetValueOrDefault("as") is { } body ? DdlContext.Names(body.Arg.List.Items) : null;

    private float? Cost => Number("cost");

    private float? Rows => Number("rows");

    private bool? IsLeakProof => Flag("leakproof");

    internal static RoutineOptions Read(DdlContext ddl, IEnumerable<Pg.Node> written, bool isProcedure)
    {
        var options = new RoutineOptions();
        foreach (var option in written.Select(static n => n.DefElem))
        {
            options.Add(option, isProcedure);
        }

        options.Check(ddl);
        return options;
    }

    /// <summary>The row with the attributes that are given.</summary>
    /// <exception cref="PgException">42501 for LEAKPROOF by another than a superuser, 22023 for ROWS of a function that returns no set.</exception>
    internal PgProc Apply(DdlContext ddl, PgProc proc)
    {
        if (IsLeakProof == true && !RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "only superuser can define a leakproof function");
        }

        if (Rows is not null && !proc.proretset)
        {
            throw new PgException(SqlState.InvalidParameterValue, "ROWS is not applicable when function does not return a set");
        }

        var settings = proc.proconfig;
        foreach (var statement in _settings)
        {
            settings = StoredSettings.Change(ddl.Session, settings, statement);
        }

        return proc with
        {
            provolatile = _given.GetValueOrDefault("volatility")?.Arg.String.Sval switch
            {
                "immutable" => 'i',
                "stable" => 's',
                "volatile" => 'v',
                _ => proc.provolatile,
            },
            proisstrict = Flag("strict") ?? proc.proisstrict,
            prosecdef = Flag("security") ?? proc.prosecdef,
            proleakproof = IsLeakProof ?? proc.proleakproof,
            procost = Cost ?? proc.procost,
            prorows = Rows ?? proc.prorows,
            proparallel = Parallel() ?? proc.proparallel,
            proconfig = settings,
        };
    }

    /// <summary>TRANSFORM FOR TYPE: the types, null without the clause. No language that there is converts anything.</summary>
    /// <exception cref="PgException">42704 for a type that has no transform in the language.</exception>
    internal uint[]? TransformTypes(DdlContext ddl, PgLanguage language)
    {
        if (!_given.TryGetValue("transform", out var transform))
        {
            return null;
        }

        return [.. transform.Arg.List.Items.Select(item =>
        {
            var type = TypeNames.ResolveOid(ddl.ParseState, item.TypeName);
            type = ddl.Catalog.Type(type) is { typelem: not 0, typlen: -1 } array ? array.typelem : type;
            return Transforms.Find(ddl, type, language.oid) is not null ? type : throw new PgException(
                SqlState.UndefinedObject, $"transform for type {DdlExpressions.FormatType(ddl, type)} language \"{language.lanname}\" does not exist");
        })];
    }

    private void Add(Pg.DefElem option, bool isProcedure)
    {
        switch (option.Defname)
        {
            case "set":
                _settings.Add(option.Arg.VariableSetStmt);
                return;
            case "as" or "language" or "security" or "transform":
                break;
            case "window" or "volatility" or "strict" or "leakproof" or "cost" or "rows" or "support" or "parallel":
                if (isProcedure)
                {
                    throw new PgException(SqlState.InvalidFunctionDefinition, "invalid attribute in procedure definition").At(option.Location);
                }

                break;
            default:
                throw PgErrors.FeatureNotSupported($"option \"{option.Defname}\" of a function", option.Location);
        }

        if (!_given.TryAdd(option.Defname, option))
        {
            throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
        }
    }

    private void Check(DdlContext ddl)
    {
        if (Cost <= 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "COST must be positive");
        }

        if (Rows <= 0)
        {
            throw new PgException(SqlState.InvalidParameterValue, "ROWS must be positive");
        }

        if (_given.TryGetValue("support", out var support))
        {
            var names = DdlContext.Names(support.Arg.List.Items);
            var function = new Pg.ObjectWithArgs { Objname = { support.Arg.List.Items } };
            function.Objargs.Add(new Pg.Node { TypeName = new Pg.TypeName { TypeOid = Types.TypeOid.Internal, Typemod = -1, Location = -1 } });
            Binding.RoutineLookup.Find(ddl.ParseState, Pg.ObjectType.ObjectFunction, function, missingOk: false);
            throw PgErrors.FeatureNotSupported($"SUPPORT {string.Join('.', names)}", support.Location);
        }

        Parallel();
        if (_given.TryGetValue("window", out var window))
        {
            throw PgErrors.FeatureNotSupported("WINDOW", window.Location);
        }
    }

    private char? Parallel() => _given.GetValueOrDefault("parallel") is not { } option ? null : option.Arg.String.Sval switch
    {
        "safe" => 's',
        "unsafe" => 'u',
        "restricted" => 'r',
        _ => throw new PgException(SqlState.SyntaxError, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE"),
    };

    private bool? Flag(string name) => _given.GetValueOrDefault(name)?.Arg.Boolean.Boolval;

    private float? Number(string name) => _given.GetValueOrDefault(name) is { } option
        ? (float)double.Parse(OptionValues.String(option), System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
