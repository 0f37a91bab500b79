using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>
/// The parameters of a routine by their names, in the statements of its SQL body (manual, 36.5.1). Columns come first; a name may be
/// qualified by that of the function, and a parameter of a row type have one of its fields after it.
/// </summary>
/// <param name="routine">pg_proc.proname.</param>
/// <param name="names">Names of the input parameters, "" for those without; null when none has one.</param>
/// <param name="types">Their types.</param>
internal sealed class RoutineParameterNames(string routine, string[]? names, uint[] types) : INamedParameters
{
    /// <inheritdoc/>
    public uint[] Types => types;

    /// <summary>The parameters as those of a statement, by number and by name.</summary>
    internal GivenParameters Given => new(types, Infers: false) { Named = this };

    /// <inheritdoc/>
    public BoundExpr? Resolve(ParseState pstate, Pg.ColumnRef reference, BoundExpr? found)
    {
        if (found is not null || names is null || reference.Fields.Count > 3)
        {
            return found;
        }

        var parts = reference.Fields.Where(static f => f.NodeCase == Pg.Node.NodeOneofCase.String).Select(static f => f.String.Sval).ToArray();
        BoundExpr? parameter;
        string? field;
        switch (parts)
        {
            case [var function, var name, var member]:
                (parameter, field) = (function == routine ? Find(pstate, name, reference.Location) : null, member);
                break;
            case [var function, var name] when function == routine && Find(pstate, name, reference.Location) is { } qualified:
                (parameter, field) = (qualified, null);
                break;
            case [var name, var member]:
                (parameter, field) = (Find(pstate, name, reference.Location), member);
                break;
            case [var name]:
                (parameter, field) = (Find(pstate, name, reference.Location), null);
                break;
            default:
                return null;
        }

        return parameter is null || field is null
            ? parameter
            : FunctionResolution.ParseFuncOrColumn(pstate, [field], [parameter], pstate.LastSrf, null, false, reference.Location);
    }

    private BoundParam? Find(ParseState pstate, string name, int location)
    {
        var at = Array.IndexOf(names!, name);
        return at < 0 ? null : new BoundParam
        {
            Kind = ParamKind.Extern,
            ParamId = at + 1,
            Type = types[at],
            Collation = TypeFacts.Collation(pstate.Catalog, types[at]),
            Location = location,
        };
    }
}
