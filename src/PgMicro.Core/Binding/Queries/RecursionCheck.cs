using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Where a WITH RECURSIVE query may refer to itself: once, and in no place that cannot be evaluated row by row
/// (the rules of checkWellFormedRecursion).</summary>
internal sealed class RecursionCheck(string name)
{
    private int _count;

    /// <summary>Checks the recursive term.</summary>
    /// <exception cref="PgException">42P19.</exception>
    internal static void Check(Pg.SelectStmt recursiveTerm, string name) => new RecursionCheck(name).Visit(recursiveTerm, null);

    private void Visit(IMessage? message, string? place)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (message)
        {
            case null:
                return;
            case Pg.RangeVar range:
                if (range.Relname == name && range.Schemaname.Length == 0)
                {
                    Reference(range, place);
                }

                return;
            case Pg.SelectStmt select:
                Select(select, place);
                return;
            case Pg.JoinExpr join:
                var outer = place ?? "an outer join";
                Visit(join.Larg, join.Jointype is Pg.JoinType.JoinRight or Pg.JoinType.JoinFull ? outer : place);
                Visit(join.Rarg, join.Jointype is Pg.JoinType.JoinLeft or Pg.JoinType.JoinFull ? outer : place);
                Visit(join.Quals, place);
                return;
            case Pg.SubLink link:
                Visit(link.Testexpr, place);
                Visit(link.Subselect, "a subquery");
                return;
            default:
                Children(message, place);
                return;
        }
    }

    private void Select(Pg.SelectStmt select, string? place)
    {
        if (select.WithClause is { } with)
        {
            foreach (var cte in with.Ctes)
            {
                Visit(cte, place);
            }

            if (with.Ctes.Any(c => c.CommonTableExpr.Ctename == name))
            {
                return;
            }
        }

        switch (select.Op)
        {
            case Pg.SetOperation.SetopIntersect:
                // INTERSECT ALL counts duplicates, which row-by-row evaluation cannot.
                Visit(select.Larg, select.All ? "INTERSECT" : place);
                Visit(select.Rarg, select.All ? "INTERSECT" : place);
                break;
            case Pg.SetOperation.SetopExcept:
                Visit(select.Larg, select.All ? "EXCEPT" : place);
                Visit(select.Rarg, "EXCEPT");
                break;
            case Pg.SetOperation.SetopUnion:
                Visit(select.Larg, place);
                Visit(select.Rarg, place);
                break;
            default:
                Children(select, place);
                return;
        }

        foreach (var item in select.SortClause)
        {
            Visit(item, place);
        }

        Visit(select.LimitCount, place);
        Visit(select.LimitOffset, place);
    }

    private void Reference(Pg.RangeVar range, string? place)
    {
        if (place is not null)
        {
            throw new PgException(SqlState.InvalidRecursion, $"recursive reference to query \"{name}\" must not appear within {place}").At(range.Location);
        }

        if (++_count > 1)
        {
            throw new PgException(SqlState.InvalidRecursion, $"recursive reference to query \"{name}\" must not appear more than once").At(range.Location);
        }
    }

    private void Children(IMessage message, string? place)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.FieldType != FieldType.Message || (message is Pg.SelectStmt && field.Name == "with_clause"))
            {
                continue;
            }

            switch (field.Accessor.GetValue(message))
            {
                case IList list:
                    foreach (var item in list)
                    {
                        Visit((IMessage)item!, place);
                    }

                    break;
                case IMessage child:
                    Visit(child, place);
                    break;
            }
        }
    }
}
