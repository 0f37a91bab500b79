using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Parameters that a statement means by names instead of numbers, as those of a PL/pgSQL block mean its variables.</summary>
internal interface INamedParameters
{
    /// <summary>The types of those that names have been found to mean so far.</summary>
    uint[] Types { get; }

    /// <summary>What a name means before the range table is asked; null leaves it to that.</summary>
    BoundExpr? ResolveFirst(ParseState pstate, Pg.ColumnRef reference) => null;

    /// <summary>What <c>$n</c> means; null when there is none of the number.</summary>
    BoundExpr? ResolveNumber(ParseState pstate, Pg.ParamRef reference) => null;

    /// <summary>What a name means, with what the range table gave for it.</summary>
    BoundExpr? Resolve(ParseState pstate, Pg.ColumnRef reference, BoundExpr? found);
}
