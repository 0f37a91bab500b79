using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;
using Mode = PgQuery.FunctionParameterMode;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>The parameters of a routine that is being made, and the type of its result (PostgreSQL's interpret_function_parameter_list).</summary>
internal sealed class RoutineParameters
{
    private readonly DdlContext _ddl;
    private readonly bool _isProcedure;
    private readonly bool _isAggregate;
    private readonly uint _language;
    private readonly List<uint> _inputs = [];
    private readonly List<uint> _all = [];
    private readonly List<char> _modes = [];
    private readonly List<string> _names = [];
    private readonly List<BoundExpr> _defaults = [];
    private int _outputs;

    private RoutineParameters(DdlContext ddl, bool isProcedure, uint language, bool isAggregate = false) =>
        (_ddl, _isProcedure, _language, _isAggregate) = (ddl, isProcedure, language, isAggregate);

    /// <summary>pg_proc.proargtypes.</summary>
    internal uint[] InputTypes => [.. _inputs];

    /// <summary>Types of all parameters, in order.</summary>
    internal IReadOnlyList<uint> Types => _all;

    /// <summary>pg_proc.proallargtypes.</summary>
    internal uint[]? AllTypes => HasModes ? [.. _all] : null;

    /// <summary>pg_proc.proargmodes.</summary>
    internal char[]? Modes => HasModes ? [.. _modes] : null;

    /// <summary>pg_proc.proargnames.</summary>
    internal string[]? Names => _names.Exists(static n => n.Length > 0) ? [.. _names] : null;

    /// <summary>Values of the last input parameters where a call leaves them out.</summary>
    internal List<BoundExpr> Defaults => _defaults;

    /// <summary>pg_proc.provariadic.</summary>
    internal uint Variadic { get; private set; }

    /// <summary>pg_proc.prorettype.</summary>
    internal uint ResultType { get; private set; }

    /// <summary>pg_proc.proretset.</summary>
    internal bool ReturnsSet { get; private set; }

    private bool HasModes => _outputs > 0 || _modes.Contains('v');

    internal static RoutineParameters Read(DdlContext ddl, Pg.CreateFunctionStmt statement, uint language)
    {
        var result = new RoutineParameters(ddl, statement.IsProcedure, language);
        uint required = 0;
        foreach (var node in statement.Parameters)
        {
            required = result.Add(node.FunctionParameter, required);
        }

        if (!result._isProcedure && result._outputs > 1)
        {
            required = TypeOid.Record;
        }

        result.ReadResult(statement.ReturnType, required);
        return result;
    }

    /// <summary>The parameters of an aggregate, direct ones first.</summary>
    internal static RoutineParameters OfAggregate(DdlContext ddl, IEnumerable<Pg.Node> parameters)
    {
        var result = new RoutineParameters(ddl, isProcedure: false, language: 0, isAggregate: true);
        foreach (var node in parameters)
        {
            result.Add(node.FunctionParameter, 0);
        }

        return result;
    }

    private uint Add(Pg.FunctionParameter parameter, uint required)
    {
        var mode = parameter.Mode switch
        {
            Mode.FuncParamOut => 'o',
            Mode.FuncParamInout => 'b',
            Mode.FuncParamVariadic => 'v',
            Mode.FuncParamTable => 't',
            _ => 'i',
        };
        var type = ParameterType(parameter.ArgType);
        if (parameter.ArgType.Setof)
        {
            throw Invalid($"{(_isAggregate ? "aggregates" : _isProcedure ? "procedures" : "functions")} cannot accept set arguments");
        }

        if (RoutineArguments.IsInput(mode))
        {
            if (Variadic != 0)
            {
                throw Invalid("VARIADIC parameter must be the last input parameter");
            }

            _inputs.Add(type);
        }

        if (RoutineArguments.IsOutput(mode))
        {
            if (_isProcedure)
            {
                // CALL gives OUT parameters too, so that nothing may come after VARIADIC.
                required = Variadic == 0 ? TypeOid.Record : throw Invalid("VARIADIC parameter must be the last parameter");
            }
            else if (_outputs == 0)
            {
                required = type;
            }

            _outputs++;
        }

        if (mode == 'v')
        {
            Variadic = type switch
            {
                TypeOid.AnyArray => TypeOid.AnyElement,
                TypeOid.AnyCompatibleArray => TypeOid.AnyCompatible,
                TypeOid.Any => TypeOid.Any,
                _ when TypeFacts.GetElementType(_ddl.Catalog, type) is var element and not 0 => element,
                _ => throw Invalid("VARIADIC parameter must be an array"),
            };
        }

        CheckName(parameter.Name, mode);
        _all.Add(type);
        _modes.Add(mode);
        _names.Add(parameter.Name);
        AddDefault(parameter.Defexpr, mode, type);
        return required;
    }

    // An input parameter and a column of the result may have one name; what that means is the language's matter.
    private void CheckName(string name, char mode)
    {
        for (var i = 0; i < _names.Count && name.Length > 0; i++)
        {
            var isApart = (mode is 'i' or 'v' && _modes[i] is 'o' or 't') || (mode is 'o' or 't' && _modes[i] is 'i' or 'v');
            if (!isApart && _names[i] == name)
            {
                throw Invalid($"parameter name \"{name}\" used more than once");
            }
        }
    }

    private void AddDefault(Pg.Node? written, char mode, uint type)
    {
        if (written is null)
        {
            if (_defaults.Count > 0 && RoutineArguments.IsInput(mode))
            {
                throw Invalid("input parameters after one with a default value must also have defaults");
            }

            if (_defaults.Count > 0 && _isProcedure)
            {
                throw Invalid("procedure OUT parameters cannot appear after one with a default value");
            }

            return;
        }

        if (!RoutineArguments.IsInput(mode))
        {
            throw Invalid("only input parameters can have default values");
        }

        var pstate = DdlExpressions.NewParseState(_ddl);
        var expr = ExpressionBinder.Transform(pstate, written, ParseExprKind.FunctionDefault);
        expr = Coercion.CoerceToSpecificType(pstate, expr, type, "DEFAULT");
        Collations.Assign(pstate, expr);
        _defaults.Add(expr);
    }

    private uint ParameterType(Pg.TypeName name)
    {
        if (Lookup(name) is not { } type)
        {
            throw new PgException(SqlState.UndefinedObject, $"type {TypeNames.ToString(_ddl.ParseState, name)} does not exist");
        }

        if (!type.typisdefined)
        {
            if (_language == BuiltInOids.SqlLanguage)
            {
                throw Invalid($"SQL function cannot accept shell type {TypeNames.ToString(_ddl.ParseState, name)}");
            }

            if (_isAggregate)
            {
                throw Invalid($"aggregate cannot accept shell type {TypeNames.ToString(_ddl.ParseState, name)}");
            }

            _ddl.Notice($"argument type {TypeNames.ToString(_ddl.ParseState, name)} is only a shell", sqlState: SqlState.WrongObjectType);
        }

        RequireUsage(type);
        return type.oid;
    }

    // compute_return_type, and what the OUT parameters ask of it.
    private void ReadResult(Pg.TypeName? written, uint required)
    {
        if (_isProcedure)
        {
            ResultType = required != 0 ? required : TypeOid.Void;
            return;
        }

        if (written is null)
        {
            ResultType = required != 0 ? required : throw Invalid("function result type must be specified");
            return;
        }

        var shown = TypeNames.ToString(_ddl.ParseState, written);
        if (Lookup(written) is not { } type)
        {
            // The input function of a base type comes before the type.
            ResultType = Shell(written, shown);
            ReturnsSet = written.Setof;
            return;
        }

        if (!type.typisdefined)
        {
            if (_language == BuiltInOids.SqlLanguage)
            {
                throw Invalid($"SQL function cannot return shell type {shown}");
            }

            _ddl.Notice($"return type {shown} is only a shell", sqlState: SqlState.WrongObjectType);
        }

        RequireUsage(type);
        (ResultType, ReturnsSet) = (type.oid, written.Setof);
        if (required != 0 && ResultType != required)
        {
            throw Invalid($"function result type must be {DdlExpressions.FormatType(_ddl, required)} because of OUT parameters");
        }
    }

    private uint Shell(Pg.TypeName written, string shown)
    {
        if (_language is not (BuiltInOids.InternalLanguage or BuiltInOids.CLanguage))
        {
            throw new PgException(SqlState.UndefinedObject, $"type \"{shown}\" does not exist");
        }

        if (written.Typmods.Count > 0)
        {
            throw new PgException(SqlState.SyntaxError, $"type modifier cannot be specified for shell type \"{shown}\"");
        }

        _ddl.Notice($"type \"{shown}\" is not yet defined", sqlState: SqlState.UndefinedObject, detail: "Creating a shell type definition.");
        var (schema, name) = DdlContext.Qualified(DdlContext.Names(written.Names));
        return BaseTypes.MakeShell(_ddl, _ddl.CreationNamespace(schema, name), name).oid;
    }

    // Errors about the name have no place.
    private PgType? Lookup(Pg.TypeName name)
    {
        var placeless = name.Clone();
        placeless.Location = -1;
        return TypeNames.Lookup(_ddl.ParseState, placeless);
    }

    private void RequireUsage(PgType type)
    {
        // The privileges of an array are those of its elements.
        var owning = TypeFacts.IsTrueArray(type) ? _ddl.Catalog.Type(type.typelem)! : type;
        if (!RoleMembership.IsSuperuser(_ddl.Catalog, _ddl.Owner)
            && PrivilegeCheck.OnList(_ddl.Catalog, 'T', owning.typacl, owning.typowner, _ddl.Owner, AclMode.Usage) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for type {DdlExpressions.FormatType(_ddl, owning.oid)}");
        }
    }

    private static PgException Invalid(string message) => new(SqlState.InvalidFunctionDefinition, message);
}
