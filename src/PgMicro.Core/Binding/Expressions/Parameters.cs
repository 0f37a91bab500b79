using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>What <c>$n</c> means in a statement (PostgreSQL's parse_param.c).</summary>
public interface IParamHooks
{
    /// <summary>The expression of a parameter; null when there is none of the number.</summary>
    BoundExpr? TransformParamRef(ParseState pstate, Pg.ParamRef node);

    /// <summary>Told that a parameter is wanted to be of a type; null leaves the conversion to the usual rules.</summary>
    BoundExpr? CoerceParam(ParseState pstate, BoundParam param, uint targetType, int targetTypmod, int location);
}

/// <summary>Parameters whose types are given, or where that is allowed the statement decides: the first use that wants a type gives it.</summary>
public sealed class VariableParameters : IParamHooks
{
    private readonly List<uint> _types;
    private readonly List<BoundParam> _params = [];
    private readonly INamedParameters? _named;
    private bool _infers;
    private bool _isGeneric;

    /// <summary>Starts with the types that are known; 0 for one that is not.</summary>
    public VariableParameters(GivenParameters given) => (_types, _infers, _named) = ([.. given.Types], given.Infers, given.Named);

    /// <summary>The types by number, 0 for a number that the statement does not use and unknown for one that nothing decided.</summary>
    public IReadOnlyList<uint> Types => _types;

    /// <summary>From now on takes any number, and asks no value for it: EXPLAIN (GENERIC_PLAN). A number may be left out, or have no type.</summary>
    internal void TakeAny() => _infers = _isGeneric = true;

    /// <inheritdoc/>
    public BoundExpr? TransformParamRef(ParseState pstate, Pg.ParamRef node)
    {
        if (_named?.ResolveNumber(pstate, node) is { } named)
        {
            return named;
        }

        if (node.Number is <= 0 or > 65535 || (!_infers && node.Number > _types.Count))
        {
            return null;
        }

        while (_types.Count < node.Number)
        {
            _types.Add(0);
        }

        if (_types[node.Number - 1] == 0)
        {
            _types[node.Number - 1] = TypeOid.Unknown;
        }

        var type = _types[node.Number - 1];
        var param = new BoundParam
        {
            Kind = ParamKind.Extern,
            ParamId = node.Number,
            Type = type,
            Collation = TypeFacts.Collation(pstate.Catalog, type),
            Location = node.Location,
        };
        _params.Add(param);
        return param;
    }

    /// <inheritdoc/>
    public BoundExpr? CoerceParam(ParseState pstate, BoundParam param, uint targetType, int targetTypmod, int location)
    {
        if (param.Kind != ParamKind.Extern || param.Type != TypeOid.Unknown)
        {
            return null;
        }

        var known = _types[param.ParamId - 1];
        if (known == TypeOid.Unknown)
        {
            _types[param.ParamId - 1] = targetType;
        }
        else if (known != targetType)
        {
            throw PgErrors.InconsistentParameterTypes(
                param.ParamId, FormatType.Format(known, pstate), FormatType.Format(targetType, pstate), param.Location);
        }

        param.Type = targetType;
        param.Typmod = -1;
        param.Collation = TypeFacts.Collation(pstate.Catalog, targetType);
        if (location >= 0 && (param.Location < 0 || param.Location > location))
        {
            param.Location = location;
        }

        return param;
    }

    /// <summary>Checks, once the statement is analysed, that each parameter came out with one type.</summary>
    /// <exception cref="PgException">42P08 or 42P18.</exception>
    public void Check(ParseState pstate)
    {
        foreach (var param in _params)
        {
            if (param.Type != _types[param.ParamId - 1])
            {
                throw new PgException(SqlState.AmbiguousParameter, $"could not determine data type of parameter ${param.ParamId}").At(param.Location);
            }
        }

        for (var i = 0; i < _types.Count && !_isGeneric; i++)
        {
            if (_types[i] is 0 or TypeOid.Unknown)
            {
                throw PgErrors.IndeterminateParameterType(i + 1);
            }
        }

        _ = pstate;
    }
}
