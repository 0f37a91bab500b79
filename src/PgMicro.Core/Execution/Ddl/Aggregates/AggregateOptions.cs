using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Aggregates;

/// <summary>The clauses of CREATE AGGREGATE, as written.</summary>
internal sealed class AggregateOptions
{
    internal string[]? Transition { get; private set; }

    internal string[]? Final { get; private set; }

    internal string[]? Combine { get; private set; }

    internal string[]? Serial { get; private set; }

    internal string[]? Deserial { get; private set; }

    internal string[]? MovingTransition { get; private set; }

    internal string[]? MovingInverse { get; private set; }

    internal string[]? MovingFinal { get; private set; }

    internal string[]? SortOperator { get; private set; }

    internal Pg.TypeName? BaseType { get; private set; }

    internal Pg.TypeName? StateType { get; private set; }

    internal Pg.TypeName? MovingStateType { get; private set; }

    internal int StateSpace { get; private set; }

    internal int MovingStateSpace { get; private set; }

    internal string? InitialValue { get; private set; }

    internal string? MovingInitialValue { get; private set; }

    internal bool FinalExtra { get; private set; }

    internal bool MovingFinalExtra { get; private set; }

    internal char FinalModify { get; private set; }

    internal char MovingFinalModify { get; private set; }

    /// <summary>pg_aggregate.aggkind.</summary>
    internal char Kind { get; private set; }

    /// <summary>pg_proc.proparallel.</summary>
    internal char Parallel { get; private set; } = 'u';

    private string? ParallelWord { get; set; }

    /// <summary>Reads the clauses.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="definition">The clauses.</param>
    /// <param name="kind">'o' for an aggregate with ORDER BY in its signature, else 'n'.</param>
    /// <exception cref="PgException">42601, and 42P13 for clauses that do not go together.</exception>
    internal static AggregateOptions Read(DdlContext ddl, IEnumerable<Pg.Node> definition, char kind)
    {
        var options = new AggregateOptions { Kind = kind };
        foreach (var node in definition)
        {
            options.Add(ddl, node.DefElem);
        }

        options.Check();
        var modify = options.Kind == 'n' ? 'r' : 'w';
        options.FinalModify = options.FinalModify == '\0' ? modify : options.FinalModify;
        options.MovingFinalModify = options.MovingFinalModify == '\0' ? modify : options.MovingFinalModify;
        return options;
    }

    /// <summary>PARALLEL, which is looked at last.</summary>
    /// <exception cref="PgException">42601.</exception>
    internal void ReadParallel() => Parallel = ParallelWord switch
    {
        null or "unsafe" => 'u',
        "safe" => 's',
        "restricted" => 'r',
        _ => throw new PgException(SqlState.SyntaxError, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE"),
    };

    private void Add(DdlContext ddl, Pg.DefElem option)
    {
        switch (option.Defname)
        {
            case "sfunc" or "sfunc1":
                Transition = OptionValues.QualifiedName(option);
                break;
            case "finalfunc":
                Final = OptionValues.QualifiedName(option);
                break;
            case "combinefunc":
                Combine = OptionValues.QualifiedName(option);
                break;
            case "serialfunc":
                Serial = OptionValues.QualifiedName(option);
                break;
            case "deserialfunc":
                Deserial = OptionValues.QualifiedName(option);
                break;
            case "msfunc":
                MovingTransition = OptionValues.QualifiedName(option);
                break;
            case "minvfunc":
                MovingInverse = OptionValues.QualifiedName(option);
                break;
            case "mfinalfunc":
                MovingFinal = OptionValues.QualifiedName(option);
                break;
            case "finalfunc_extra":
                FinalExtra = OptionValues.Boolean(option);
                break;
            case "mfinalfunc_extra":
                MovingFinalExtra = OptionValues.Boolean(option);
                break;
            case "finalfunc_modify":
                FinalModify = Modify(option);
                break;
            case "mfinalfunc_modify":
                MovingFinalModify = Modify(option);
                break;
            case "sortop":
                SortOperator = OptionValues.QualifiedName(option);
                break;
            case "basetype":
                BaseType = OptionValues.TypeName(option);
                break;
            case "hypothetical":
                if (OptionValues.Boolean(option))
                {
                    Kind = Kind == 'n' ? throw Invalid("only ordered-set aggregates can be hypothetical") : 'h';
                }

                break;
            case "stype" or "stype1":
                StateType = OptionValues.TypeName(option);
                break;
            case "sspace":
                StateSpace = Int32(option);
                break;
            case "mstype":
                MovingStateType = OptionValues.TypeName(option);
                break;
            case "msspace":
                MovingStateSpace = Int32(option);
                break;
            case "initcond" or "initcond1":
                InitialValue = OptionValues.String(option);
                break;
            case "minitcond":
                MovingInitialValue = OptionValues.String(option);
                break;
            case "parallel":
                ParallelWord = OptionValues.String(option);
                break;
            default:
                ddl.Notice($"aggregate attribute \"{option.Defname}\" not recognized", "WARNING", SqlState.SyntaxError);
                break;
        }
    }

    private void Check()
    {
        Require(StateType is not null, "aggregate stype must be specified");
        Require(Transition is not null, "aggregate sfunc must be specified");
        if (MovingStateType is not null)
        {
            Require(MovingTransition is not null, "aggregate msfunc must be specified when mstype is specified");
            Require(MovingInverse is not null, "aggregate minvfunc must be specified when mstype is specified");
            return;
        }

        Require(MovingTransition is null, "aggregate msfunc must not be specified without mstype");
        Require(MovingInverse is null, "aggregate minvfunc must not be specified without mstype");
        Require(MovingFinal is null, "aggregate mfinalfunc must not be specified without mstype");
        Require(MovingStateSpace == 0, "aggregate msspace must not be specified without mstype");
        Require(MovingInitialValue is null, "aggregate minitcond must not be specified without mstype");

        static void Require(bool condition, string message)
        {
            if (!condition)
            {
                throw Invalid(message);
            }
        }
    }

    private static int Int32(Pg.DefElem option) => option.Arg?.NodeCase == Pg.Node.NodeOneofCase.Integer
        ? option.Arg.Integer.Ival
        : throw new PgException(SqlState.SyntaxError, OptionValues.IsAbsent(option) ? $"{option.Defname} requires a parameter" : $"{option.Defname} requires an integer value");

    private static char Modify(Pg.DefElem option) => OptionValues.String(option) switch
    {
        "read_only" => 'r',
        "shareable" => 's',
        "read_write" => 'w',
        _ => throw new PgException(SqlState.SyntaxError, $"parameter \"{option.Defname}\" must be READ_ONLY, SHAREABLE, or READ_WRITE"),
    };

    private static PgException Invalid(string message) => new(SqlState.InvalidFunctionDefinition, message);
}
