using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>The operators by which values of a type sort and group.</summary>
/// <param name="Lt">The less-than operator, or 0.</param>
/// <param name="Eq">The equality operator, or 0.</param>
/// <param name="Gt">The greater-than operator, or 0.</param>
/// <param name="Hashable">Whether equality is usable with hashing.</param>
public readonly record struct SortGroupOperators(uint Lt, uint Eq, uint Gt, bool Hashable);

/// <summary>Operator names to operators and the expressions that apply them (PostgreSQL's parse_oper.c).</summary>
public static class OperatorResolution
{
    private const uint BtreeAm = 403;
    private const uint HashAm = 405;

    /// <summary>The binary operator for two argument types.</summary>
    /// <exception cref="PgException">42883 or 42725.</exception>
    public static PgOperator Oper(ParseState pstate, IReadOnlyList<string> name, uint left, uint right, int location) =>
        FindOper(pstate, name, left, right, location, noError: false)!;

    /// <summary>The binary operator for two argument types, or null.</summary>
    public static PgOperator? FindOper(ParseState pstate, IReadOnlyList<string> name, uint left, uint right, int location, bool noError)
    {
        var oid = ExactBinary(pstate, name, left, right, location);
        var multiple = false;
        if (oid == 0)
        {
            if (left == 0)
            {
                left = right;
            }
            else if (right == 0)
            {
                right = left;
            }

            oid = SelectCandidate(pstate, [left, right], NamespaceLookup.OpernameGetCandidates(pstate, name, 'b', location), out multiple);
        }

        if (oid != 0)
        {
            return pstate.Catalog.Operator(oid);
        }

        return noError ? null : throw OperError(pstate, name, left, right, multiple, location);
    }

    /// <summary>The prefix operator for an argument type.</summary>
    /// <exception cref="PgException">42883 or 42725.</exception>
    public static PgOperator LeftOper(ParseState pstate, IReadOnlyList<string> name, uint argument, int location)
    {
        var oid = NamespaceLookup.OpernameGetOprid(pstate, name, 0, argument, location);
        var multiple = false;
        if (oid == 0)
        {
            oid = SelectCandidate(pstate, [argument], NamespaceLookup.OpernameGetCandidates(pstate, name, 'l', location), out multiple);
        }

        return oid != 0 ? pstate.Catalog.Operator(oid)! : throw OperError(pstate, name, 0, argument, multiple, location);
    }

    /// <summary>The operator for two types that takes them without conversion, or null.</summary>
    public static PgOperator? CompatibleOper(ParseState pstate, IReadOnlyList<string> name, uint left, uint right, int location) =>
        FindOper(pstate, name, left, right, location, noError: true) is { } op
        && Coercion.IsBinaryCoercible(pstate.Catalog, left, op.oprleft)
        && Coercion.IsBinaryCoercible(pstate.Catalog, right, op.oprright)
            ? op
            : null;

    private static uint ExactBinary(ParseState pstate, IReadOnlyList<string> name, uint left, uint right, int location)
    {
        // A literal beside a typed argument is first tried as of that same type.
        var unknown = false;
        if (left == TypeOid.Unknown && right != 0)
        {
            (left, unknown) = (right, true);
        }
        else if (right == TypeOid.Unknown && left != 0)
        {
            (right, unknown) = (left, true);
        }

        var oid = NamespaceLookup.OpernameGetOprid(pstate, name, left, right, location);
        if (oid == 0 && unknown && TypeFacts.GetBaseType(pstate.Catalog, left) is var baseType && baseType != left)
        {
            oid = NamespaceLookup.OpernameGetOprid(pstate, name, baseType, baseType, location);
        }

        return oid;
    }

    private static uint SelectCandidate(ParseState pstate, uint[] inputs, List<Candidate> candidates, out bool multiple)
    {
        multiple = false;
        var matching = CandidateSelection.MatchArgTypes(pstate.Catalog, inputs, candidates);
        if (matching.Count == 0)
        {
            return 0;
        }

        if (matching.Count == 1)
        {
            return matching[0].Oid;
        }

        var best = CandidateSelection.Select(pstate.Catalog, inputs, matching);
        multiple = best is null;
        return best?.Oid ?? 0;
    }

    private static string Signature(ParseState pstate, IReadOnlyList<string> name, uint left, uint right) =>
        (left != 0 ? FormatType.Format(left, pstate) + " " : "") + string.Join('.', name) + " " + FormatType.Format(right, pstate);

    private static PgException OperError(ParseState pstate, IReadOnlyList<string> name, uint left, uint right, bool multiple, int location)
    {
        var signature = Signature(pstate, name, left, right);
        if (multiple)
        {
            return new PgException(SqlState.AmbiguousFunction, $"operator is not unique: {signature}")
                .WithHint("Could not choose a best candidate operator. You might need to add explicit type casts.")
                .At(location);
        }

        return new PgException(SqlState.UndefinedFunction, $"operator does not exist: {signature}")
            .WithHint(left == 0 || right == 0
                ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
                : "No operator matches the given name and argument types. You might need to add explicit type casts.")
            .At(location);
    }

    /// <summary>The expression that applies an operator; <paramref name="left"/> is null for a prefix one.</summary>
    public static BoundExpr MakeOp(ParseState pstate, IReadOnlyList<string> name, BoundExpr? left, BoundExpr? right, BoundExpr? lastSrf, int location)
    {
        if (right is null)
        {
            throw new PgException(SqlState.SyntaxError, "postfix operators are not supported").At(location);
        }

        var op = left is null ? LeftOper(pstate, name, right.Type, location) : Oper(pstate, name, left.Type, right.Type, location);
        var catalog = pstate.Catalog;
        RequireFunction(pstate, op, name, location);
        List<BoundExpr> args = left is null ? [right] : [left, right];
        uint[] actual = left is null ? [right.Type] : [left.Type, right.Type];
        uint[] declared = left is null ? [op.oprright] : [op.oprleft, op.oprright];
        var result = FunctionResolution.EnforceGenericTypes(pstate, actual, declared, op.oprresult);
        FunctionResolution.MakeArguments(pstate, args, actual, declared);
        var expr = new BoundOpExpr
        {
            OpNo = op.oid,
            OpFuncId = op.oprcode,
            Type = result,
            OpRetSet = catalog.Proc(op.oprcode)?.proretset ?? false,
            Args = args,
            Location = location,
        };
        if (expr.OpRetSet)
        {
            FunctionResolution.CheckSrfCallPlacement(pstate, lastSrf, location);
            pstate.LastSrf = expr;
        }

        return expr;
    }

    private static void RequireFunction(ParseState pstate, PgOperator op, IReadOnlyList<string> name, int location)
    {
        if (op.oprcode == 0)
        {
            throw new PgException(SqlState.UndefinedFunction, $"operator is only a shell: {Signature(pstate, name, op.oprleft, op.oprright)}").At(location);
        }
    }

    /// <summary>The expression of <c>x op ANY (array)</c> or <c>x op ALL (array)</c>.</summary>
    public static BoundExpr MakeScalarArrayOp(ParseState pstate, IReadOnlyList<string> name, bool useOr, BoundExpr left, BoundExpr right, int location)
    {
        var catalog = pstate.Catalog;
        var arrayType = right.Type;
        var elementType = arrayType == TypeOid.Unknown ? TypeOid.Unknown : TypeFacts.GetBaseElementType(catalog, arrayType);
        if (elementType == 0)
        {
            throw new PgException(SqlState.WrongObjectType, "op ANY/ALL (array) requires array on right side").At(location);
        }

        var op = Oper(pstate, name, left.Type, elementType, location);
        RequireFunction(pstate, op, name, location);
        uint[] actual = [left.Type, elementType];
        uint[] declared = [op.oprleft, op.oprright];
        var result = FunctionResolution.EnforceGenericTypes(pstate, actual, declared, op.oprresult);
        if (result != TypeOid.Bool)
        {
            throw new PgException(SqlState.WrongObjectType, "op ANY/ALL (array) requires operator to yield boolean").At(location);
        }

        if (catalog.Proc(op.oprcode)?.proretset ?? false)
        {
            throw new PgException(SqlState.WrongObjectType, "op ANY/ALL (array) requires operator not to return a set").At(location);
        }

        var wanted = TypeFacts.GetArrayType(catalog, declared[1]);
        if (wanted == 0)
        {
            throw new PgException(SqlState.UndefinedObject, $"could not find array type for data type {FormatType.Format(declared[1], catalog)}").At(location);
        }

        actual[1] = arrayType;
        declared[1] = wanted;
        List<BoundExpr> args = [left, right];
        FunctionResolution.MakeArguments(pstate, args, actual, declared);
        return new BoundScalarArrayOpExpr { OpNo = op.oid, OpFuncId = op.oprcode, UseOr = useOr, Args = args, Location = location };
    }

    /// <summary>The operators that ORDER BY, GROUP BY and DISTINCT use for a type.</summary>
    /// <exception cref="PgException">42883 when a needed one does not exist.</exception>
    public static SortGroupOperators GetSortGroupOperators(CatalogSnapshot catalog, uint type, bool needLt, bool needEq, bool needGt)
    {
        var found = FindSortGroupOperators(catalog, type);
        if ((needLt && found.Lt == 0) || (needGt && found.Gt == 0))
        {
            throw new PgException(SqlState.UndefinedFunction, $"could not identify an ordering operator for type {FormatType.Format(type, catalog)}")
                .WithHint("Use an explicit ordering operator or modify the query.");
        }

        return needEq && found.Eq == 0
            ? throw new PgException(SqlState.UndefinedFunction, $"could not identify an equality operator for type {FormatType.Format(type, catalog)}")
            : found;
    }

    /// <summary>The operators that order and equate values of a type, 0 where there is none.</summary>
    public static SortGroupOperators FindSortGroupOperators(CatalogSnapshot catalog, uint type)
    {
        type = TypeFacts.GetBaseType(catalog, type);
        uint lt = 0, eq = 0, gt = 0;
        if (DefaultOpclass(catalog, BtreeAm, type) is { } btree)
        {
            lt = catalog.OperatorOfStrategy(btree.opcfamily, btree.opcintype, btree.opcintype, 1);
            eq = catalog.OperatorOfStrategy(btree.opcfamily, btree.opcintype, btree.opcintype, 3);
            gt = catalog.OperatorOfStrategy(btree.opcfamily, btree.opcintype, btree.opcintype, 5);
        }

        var hash = DefaultOpclass(catalog, HashAm, type);
        if (eq == 0 && hash is not null)
        {
            eq = catalog.OperatorOfStrategy(hash.opcfamily, hash.opcintype, hash.opcintype, 1);
        }

        var hashable = hash is not null && eq != 0;

        // Containers order and compare only as their parts do.
        var parts = default(SortGroupOperators);
        if (TypeFacts.GetElementType(catalog, type) is var element and not 0)
        {
            parts = FindSortGroupOperators(catalog, element);
        }
        else if (TypeFacts.RangeSubtype(catalog, type) is var subtype and not 0)
        {
            parts = FindSortGroupOperators(catalog, subtype);
        }
        else if (TypeFacts.TypeOrDomainRelid(catalog, type) is var relid and not 0)
        {
            parts = new SortGroupOperators(1, 1, 1, true);
            foreach (var attribute in catalog.Attributes(relid))
            {
                if (attribute.attnum > 0 && !attribute.attisdropped)
                {
                    var field = FindSortGroupOperators(catalog, attribute.atttypid);
                    parts = new SortGroupOperators(Math.Min(parts.Lt, field.Lt), Math.Min(parts.Eq, field.Eq), Math.Min(parts.Gt, field.Gt), parts.Hashable && field.Hashable);
                }
            }
        }
        else
        {
            return new SortGroupOperators(lt, eq, gt, hashable);
        }

        return new SortGroupOperators(parts.Lt == 0 ? 0 : lt, parts.Eq == 0 ? 0 : eq, parts.Gt == 0 ? 0 : gt, hashable && parts.Hashable);
    }

    /// <summary>The default operator class of an access method for a type, by way of a binary-coercible type too; null when there is none.</summary>
    public static PgOpclass? DefaultOpclass(CatalogSnapshot catalog, uint am, uint type)
    {
        if (catalog.DefaultOpclass(am, type) is { } found)
        {
            return found;
        }

        // regclass sorts as oid does, and the like.
        type = TypeFacts.GetBaseType(catalog, type);
        PgOpclass? coercible = null;
        var category = TypeFacts.Category(catalog, type);
        foreach (var opclass in catalog.Rows(PgOpclass.Relation))
        {
            if (opclass.opcmethod == am && opclass.opcdefault && Coercion.IsBinaryCoercible(catalog, type, opclass.opcintype))
            {
                if (TypeFacts.IsPreferred(catalog, category, opclass.opcintype))
                {
                    return opclass;
                }

                coercible ??= opclass;
            }
        }

        return coercible;
    }
}
