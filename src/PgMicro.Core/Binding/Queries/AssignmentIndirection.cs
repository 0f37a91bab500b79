using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>Assignment to an element or field of a column: <c>SET a[1].f = x</c> (transformAssignmentIndirection).</summary>
internal static class AssignmentIndirection
{
    private const string RewriteHint = "You will need to rewrite or cast the expression.";

    /// <summary>The new value of a column of which the place that the indirection names is assigned.</summary>
    internal static BoundExpr Transform(
        ParseState pstate, BoundExpr start, PgAttribute column, IReadOnlyList<Pg.Node> indirection, BoundExpr value, int location,
        CoercionContext context = CoercionContext.Assignment) =>
        new Step(pstate, indirection, value, location, context).Place(
            start, column.attname, false, new Target(column.atttypid, column.atttypmod, column.attcollation), 0);

    /// <summary>What the place holds is of this type.</summary>
    private readonly record struct Target(uint Type, int Typmod, uint Collation);

    private sealed class Step(ParseState pstate, IReadOnlyList<Pg.Node> indirection, BoundExpr value, int location, CoercionContext context)
    {
        internal BoundExpr Place(BoundExpr? start, string name, bool isSubscripting, Target target, int at)
        {
            if (at < indirection.Count)
            {
                // What is assigned below stands for itself, whatever holds it.
                start ??= new BoundCaseTestExpr { Type = target.Type, Typmod = target.Typmod, Collation = target.Collation };
            }

            var subscripts = new List<Pg.A_Indices>();
            for (var i = at; i < indirection.Count; i++)
            {
                var node = indirection[i];
                switch (node.NodeCase)
                {
                    case Pg.Node.NodeOneofCase.AIndices:
                        subscripts.Add(node.AIndices);
                        continue;
                    case Pg.Node.NodeOneofCase.AStar:
                        throw new PgException(SqlState.FeatureNotSupported, "row expansion via \"*\" is not supported here").At(location);
                }

                return subscripts.Count > 0
                    ? Element(start!, name, target, subscripts, i)
                    : Field(start!, name, target, node.String.Sval, i);
            }

            return subscripts.Count > 0 ? Element(start!, name, target, subscripts, indirection.Count) : Value(name, isSubscripting, target);
        }

        private BoundExpr Field(BoundExpr start, string name, Target target, string field, int at)
        {
            var catalog = pstate.Catalog;
            var typmod = target.Typmod;
            var type = TypeFacts.GetBaseType(catalog, target.Type, ref typmod);
            var relation = catalog.Type(type)?.typrelid ?? 0;
            if (relation == 0)
            {
                throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"cannot assign to field \"{field}\" of column \"{name}\" because its type {FormatType.Format(target.Type, catalog)} is not a composite type").At(location);
            }

            if (catalog.FindAttribute(relation, field) is not { attisdropped: false } attribute)
            {
                throw new PgException(
                    SqlState.UndefinedColumn,
                    $"cannot assign to field \"{field}\" of column \"{name}\" because there is no such column in data type {FormatType.Format(target.Type, catalog)}")
                    .At(location);
            }

            if (attribute.attnum < 0)
            {
                throw new PgException(SqlState.UndefinedColumn, $"cannot assign to system column \"{field}\"").At(location);
            }

            var inner = Place(null, field, false, new Target(attribute.atttypid, attribute.atttypmod, attribute.attcollation), at + 1);
            var store = new BoundFieldStore { Arg = start, NewVals = [inner], FieldNums = [attribute.attnum], Type = type, Typmod = -1 };
            return type == target.Type
                ? store
                : new BoundCoerceToDomain { Arg = store, Type = target.Type, Typmod = -1, CoercionFormat = CoercionForm.ImplicitCast, Location = location };
        }

        private BoundExpr Element(BoundExpr start, string name, Target target, List<Pg.A_Indices> subscripts, int next)
        {
            var catalog = pstate.Catalog;
            var container = Subscripts.Container(pstate, start, subscripts, isAssignment: true);
            var typmod = target.Typmod;
            TypeFacts.GetBaseType(catalog, target.Type, ref typmod);
            var collation = container.ContainerType == target.Type ? target.Collation : TypeFacts.Collation(catalog, container.ContainerType);
            container.RefAssignExpr = Place(null, name, true, new Target(container.Type, container.Typmod, collation), next);
            container.Type = container.ContainerType;
            container.Typmod = typmod;
            return container.ContainerType == target.Type
                ? container
                : Coercion.CoerceToTargetType(
                    pstate, container, container.Type, target.Type, target.Typmod, context, CoercionForm.ImplicitCast, -1)
                ?? throw Coercion.CannotCast(pstate, container.Type, target.Type, location);
        }

        private BoundExpr Value(string name, bool isSubscripting, Target target)
        {
            if (Coercion.CoerceToTargetType(
                pstate, value, value.Type, target.Type, target.Typmod, context, CoercionForm.ImplicitCast, -1) is { } result)
            {
                return result;
            }

            var (wanted, given) = (FormatType.Format(target.Type, pstate), FormatType.Format(value.Type, pstate));
            throw new PgException(
                SqlState.DatatypeMismatch,
                isSubscripting
                    ? $"subscripted assignment to \"{name}\" requires type {wanted} but expression is of type {given}"
                    : $"subfield \"{name}\" is of type {wanted} but expression is of type {given}").WithHint(RewriteHint).At(location);
        }
    }
}
