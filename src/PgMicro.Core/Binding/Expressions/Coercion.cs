using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>Conversions between types: whether there is one, and the expression that does it (PostgreSQL's parse_coerce.c).</summary>
public static partial class Coercion
{
    /// <summary>Converts an expression to a type and type modifier; null when there is no way in the context.</summary>
    public static BoundExpr? CoerceToTargetType(
        ParseState pstate, BoundExpr expr, uint exprType, uint targetType, int targetTypmod, CoercionContext context, CoercionForm format, int location)
    {
        if (!CanCoerce(pstate.Catalog, exprType, targetType, context))
        {
            return null;
        }

        // A COLLATE stays on top of what it marks.
        var original = expr;
        while (expr is BoundCollateExpr collate)
        {
            expr = collate.Arg;
        }

        var result = CoerceType(pstate, expr, exprType, targetType, targetTypmod, context, format, location);
        result = CoerceTypeTypmod(pstate, result, targetType, targetTypmod, context, format, location, !ReferenceEquals(result, expr) && result is not BoundConst);
        if (!ReferenceEquals(expr, original) && TypeFacts.IsCollatable(pstate.Catalog, targetType))
        {
            result = new BoundCollateExpr
            {
                Arg = result,
                Type = result.Type,
                Typmod = result.Typmod,
                Collation = original.Collation,
                Location = original.Location,
            };
        }

        return result;
    }

    /// <summary>Converts an expression to a type that it is known to convert to; the type modifier only guides domains and interval input.</summary>
    public static BoundExpr CoerceType(
        ParseState pstate, BoundExpr node, uint inputType, uint targetType, int targetTypmod, CoercionContext context, CoercionForm format, int location)
    {
        var catalog = pstate.Catalog;
        if (targetType == inputType)
        {
            return node;
        }

        switch (targetType)
        {
            case TypeOid.Any or TypeOid.AnyElement or TypeOid.AnyNonArray or TypeOid.AnyCompatible or TypeOid.AnyCompatibleNonArray:
                return node;
            case TypeOid.AnyArray or TypeOid.AnyEnum or TypeOid.AnyRange or TypeOid.AnyMultirange or TypeOid.AnyCompatibleArray
                or TypeOid.AnyCompatibleRange or TypeOid.AnyCompatibleMultirange when inputType != TypeOid.Unknown:
                var underlying = TypeFacts.GetBaseType(catalog, inputType);
                return underlying == inputType ? node : Relabel(node, underlying, -1, CoercionForm.ImplicitCast, location);
        }

        if (inputType == TypeOid.Unknown && node is BoundConst constant)
        {
            return CoerceLiteral(pstate, constant, targetType, targetTypmod, context, format, location);
        }

        if (node is BoundParam param && pstate.ParamHooks?.CoerceParam(pstate, param, targetType, targetTypmod, location) is { } coercedParam)
        {
            return coercedParam;
        }

        if (node is BoundCollateExpr collate)
        {
            var inner = CoerceType(pstate, collate.Arg, inputType, targetType, targetTypmod, context, format, location);
            return TypeFacts.IsCollatable(catalog, targetType)
                ? new BoundCollateExpr { Arg = inner, Type = inner.Type, Typmod = inner.Typmod, Collation = collate.Collation, Location = collate.Location }
                : inner;
        }

        var path = FindCoercionPathway(catalog, targetType, inputType, context, out var funcId);
        if (path != CoercionPathType.None)
        {
            var baseTypmod = targetTypmod;
            var baseType = TypeFacts.GetBaseType(catalog, targetType, ref baseTypmod);
            BoundExpr result;
            if (path != CoercionPathType.RelabelType)
            {
                result = BuildCoercionExpression(pstate, node, path, funcId, baseType, baseTypmod, context, format, location);
                if (targetType != baseType)
                {
                    result = CoerceToDomain(pstate, result, baseType, baseTypmod, targetType, context, format, location, true);
                }

                return result;
            }

            result = CoerceToDomain(pstate, node, baseType, baseTypmod, targetType, context, format, location, false);
            return ReferenceEquals(result, node) ? Relabel(node, targetType, -1, format, location) : result;
        }

        if (inputType == TypeOid.Record && TypeFacts.IsComplex(catalog, targetType))
        {
            return CoerceRecordToComplex(pstate, node, targetType, context, format, location);
        }

        if ((targetType == TypeOid.Record && TypeFacts.IsComplex(catalog, inputType))
            || (targetType == TypeOid.RecordArray && TypeFacts.IsComplexArray(catalog, inputType)))
        {
            return node;
        }

        if (TypeFacts.IsSubtype(catalog, inputType, targetType))
        {
            var rowType = TypeFacts.GetBaseType(catalog, inputType);
            return new BoundConvertRowtypeExpr
            {
                Arg = rowType == inputType ? node : Relabel(node, rowType, -1, CoercionForm.ImplicitCast, location),
                Type = targetType,
                ConvertFormat = format,
                Location = location,
            };
        }

        throw CannotCast(pstate, inputType, targetType, location);
    }

    /// <summary>42846 "cannot cast type … to …".</summary>
    public static PgException CannotCast(ParseState pstate, uint source, uint target, int location) =>
        new PgException(SqlState.CannotCoerce, $"cannot cast type {FormatType.Format(source, pstate)} to {FormatType.Format(target, pstate)}").At(location);

    private static BoundExpr CoerceLiteral(
        ParseState pstate, BoundConst constant, uint targetType, int targetTypmod, CoercionContext context, CoercionForm format, int location)
    {
        var baseTypmod = targetTypmod;
        var baseType = TypeFacts.GetBaseType(pstate.Catalog, targetType, ref baseTypmod);

        // Input checks an interval's fields by the modifier; all other types are cut to length by their own cast afterwards.
        var inputTypmod = baseType == TypeOid.Interval ? baseTypmod : -1;
        BoundExpr result = new BoundConst
        {
            Type = baseType,
            Typmod = inputTypmod,
            Collation = TypeFacts.Collation(pstate.Catalog, baseType),
            Location = constant.Location,
            Value = constant.Value.IsNull ? PgDatum.Null : Input(pstate, constant.Value.Bytes, baseType, inputTypmod, constant.Location),
        };
        if (baseType != targetType)
        {
            result = CoerceToDomain(pstate, result, baseType, baseTypmod, targetType, context, format, location, false);
        }

        return result;
    }

    /// <summary>The value of a literal of a type; input errors stand at the literal.</summary>
    internal static PgDatum Input(ParseState pstate, ReadOnlySpan<byte> text, uint type, int typmod, int location)
    {
        var context = pstate.TypeContext;
        var outer = context.InputLocation;
        context.InputLocation = location;
        try
        {
            return context.Types.GetCodec(type).Input(text, typmod, context);
        }
        catch (PgException e) when (e.Location < 0)
        {
            e.At(location);
            throw;
        }
        finally
        {
            context.InputLocation = outer;
        }
    }

    /// <summary>Whether values of one type convert to another in the context.</summary>
    public static bool CanCoerce(CatalogSnapshot catalog, uint inputType, uint targetType, CoercionContext context) =>
        CanCoerce(catalog, [inputType], [targetType], context);

    /// <summary>Whether values of some types convert to some others in the context, polymorphic ones together.</summary>
    public static bool CanCoerce(CatalogSnapshot catalog, ReadOnlySpan<uint> inputTypes, ReadOnlySpan<uint> targetTypes, CoercionContext context)
    {
        var generics = false;
        for (var i = 0; i < inputTypes.Length; i++)
        {
            var (input, target) = (inputTypes[i], targetTypes[i]);
            if (input == target || target == TypeOid.Any)
            {
                continue;
            }

            if (TypeFacts.IsPolymorphic(target))
            {
                generics = true;
                continue;
            }

            if (input == TypeOid.Unknown
                || FindCoercionPathway(catalog, target, input, context, out _) != CoercionPathType.None
                || (input == TypeOid.Record && TypeFacts.IsComplex(catalog, target))
                || (target == TypeOid.Record && TypeFacts.IsComplex(catalog, input))
                || (target == TypeOid.RecordArray && TypeFacts.IsComplexArray(catalog, input))
                || TypeFacts.IsSubtype(catalog, input, target))
            {
                continue;
            }

            return false;
        }

        return !generics || CheckGenericTypeConsistency(catalog, inputTypes, targetTypes);
    }

    /// <summary>How one type becomes another in a context.</summary>
    public static CoercionPathType FindCoercionPathway(CatalogSnapshot catalog, uint targetType, uint sourceType, CoercionContext context, out uint funcId)
    {
        funcId = 0;
        sourceType = TypeFacts.GetBaseType(catalog, sourceType);
        targetType = TypeFacts.GetBaseType(catalog, targetType);
        if (sourceType == targetType)
        {
            return CoercionPathType.RelabelType;
        }

        var result = CoercionPathType.None;
        if (catalog.FindCast(sourceType, targetType) is { } cast)
        {
            var needed = cast.castcontext switch
            {
                'i' => CoercionContext.Implicit,
                'a' => CoercionContext.Assignment,
                _ => CoercionContext.Explicit,
            };
            if (context >= needed)
            {
                switch (cast.castmethod)
                {
                    case 'f':
                        funcId = cast.castfunc;
                        result = CoercionPathType.Func;
                        break;
                    case 'i':
                        result = CoercionPathType.CoerceViaIO;
                        break;
                    default:
                        result = CoercionPathType.RelabelType;
                        break;
                }
            }
        }
        else
        {
            if (targetType is not (TypeOid.OidVector or TypeOid.Int2Vector)
                && TypeFacts.GetElementType(catalog, targetType) is var targetElement and not 0
                && TypeFacts.GetElementType(catalog, sourceType) is var sourceElement and not 0
                && FindCoercionPathway(catalog, targetElement, sourceElement, context, out _) != CoercionPathType.None)
            {
                result = CoercionPathType.ArrayCoerce;
            }

            if (result == CoercionPathType.None
                && ((context >= CoercionContext.Assignment && TypeFacts.Category(catalog, targetType) == 'S')
                    || (context >= CoercionContext.Explicit && TypeFacts.Category(catalog, sourceType) == 'S')))
            {
                result = CoercionPathType.CoerceViaIO;
            }
        }

        return context == CoercionContext.PlPgSql && result == CoercionPathType.None ? CoercionPathType.CoerceViaIO : result;
    }

    /// <summary>The function that fits a value of a type to a type modifier.</summary>
    public static CoercionPathType FindTypmodCoercionFunction(CatalogSnapshot catalog, uint type, out uint funcId)
    {
        var row = TypeFacts.Require(catalog, type);
        var result = CoercionPathType.Func;
        if (TypeFacts.IsTrueArray(row))
        {
            type = row.typelem;
            result = CoercionPathType.ArrayCoerce;
        }

        funcId = catalog.FindCast(type, type)?.castfunc ?? 0;
        return funcId == 0 ? CoercionPathType.None : result;
    }

    /// <summary>Whether values of a type can be taken as the other without any conversion.</summary>
    public static bool IsBinaryCoercible(CatalogSnapshot catalog, uint source, uint target)
    {
        if (source == target || target is TypeOid.Any or TypeOid.AnyElement or TypeOid.AnyCompatible)
        {
            return true;
        }

        source = TypeFacts.GetBaseType(catalog, source);
        if (source == target)
        {
            return true;
        }

        switch (target)
        {
            case TypeOid.AnyArray or TypeOid.AnyCompatibleArray when TypeFacts.GetElementType(catalog, source) != 0:
            case TypeOid.AnyNonArray or TypeOid.AnyCompatibleNonArray when TypeFacts.GetElementType(catalog, source) == 0:
            case TypeOid.AnyEnum when TypeFacts.IsEnum(catalog, source):
            case TypeOid.AnyRange or TypeOid.AnyCompatibleRange when TypeFacts.IsRange(catalog, source):
            case TypeOid.AnyMultirange or TypeOid.AnyCompatibleMultirange when TypeFacts.IsMultirange(catalog, source):
            case TypeOid.Record when TypeFacts.IsComplex(catalog, source):
            case TypeOid.RecordArray when TypeFacts.IsComplexArray(catalog, source):
                return true;
        }

        return catalog.FindCast(source, target) is { castmethod: 'b', castcontext: 'i' };
    }

    /// <summary>Fits an expression of a type to a type modifier.</summary>
    public static BoundExpr CoerceTypeTypmod(
        ParseState pstate, BoundExpr node, uint targetType, int targetTypmod, CoercionContext context, CoercionForm format, int location, bool hideInputCoercion)
    {
        if (targetTypmod == node.Typmod)
        {
            return node;
        }

        if (hideInputCoercion)
        {
            HideCoercion(node);
        }

        var funcId = 0u;
        var path = targetTypmod < 0 ? CoercionPathType.None : FindTypmodCoercionFunction(pstate.Catalog, targetType, out funcId);
        return path == CoercionPathType.None
            ? ApplyRelabel(node, targetType, targetTypmod, node.Collation, format, location)
            : BuildCoercionExpression(pstate, node, path, funcId, targetType, targetTypmod, context, format, location);
    }

    private static BoundExpr CoerceToDomain(
        ParseState pstate,
        BoundExpr arg,
        uint baseType,
        int baseTypmod,
        uint type,
        CoercionContext context,
        CoercionForm format,
        int location,
        bool hideInputCoercion)
    {
        if (baseType == type)
        {
            return arg;
        }

        if (hideInputCoercion)
        {
            HideCoercion(arg);
        }

        arg = CoerceTypeTypmod(pstate, arg, baseType, baseTypmod, context, CoercionForm.ImplicitCast, location, false);
        return new BoundCoerceToDomain { Arg = arg, Type = type, Typmod = -1, CoercionFormat = format, Location = location };
    }

    private static void HideCoercion(BoundExpr node)
    {
        switch (node)
        {
            case BoundFuncExpr func:
                func.FuncFormat = CoercionForm.ImplicitCast;
                break;
            case BoundRelabelType relabel:
                relabel.RelabelFormat = CoercionForm.ImplicitCast;
                break;
            case BoundCoerceViaIO io:
                io.CoerceFormat = CoercionForm.ImplicitCast;
                break;
            case BoundArrayCoerceExpr array:
                array.CoerceFormat = CoercionForm.ImplicitCast;
                break;
            case BoundConvertRowtypeExpr convert:
                convert.ConvertFormat = CoercionForm.ImplicitCast;
                break;
            case BoundRowExpr row:
                row.RowFormat = CoercionForm.ImplicitCast;
                break;
            case BoundCoerceToDomain domain:
                domain.CoercionFormat = CoercionForm.ImplicitCast;
                break;
        }
    }

    private static BoundExpr ApplyRelabel(BoundExpr arg, uint type, int typmod, uint collation, CoercionForm format, int location)
    {
        // Of two relabellings in a row only the outer one says anything.
        while (arg is BoundRelabelType inner)
        {
            arg = inner.Arg;
        }

        if (arg is BoundConst constant)
        {
            return new BoundConst { Value = constant.Value, Type = type, Typmod = typmod, Collation = collation, Location = constant.Location };
        }

        return new BoundRelabelType { Arg = arg, Type = type, Typmod = typmod, Collation = collation, RelabelFormat = format, Location = location };
    }

    private static BoundRelabelType Relabel(BoundExpr arg, uint type, int typmod, CoercionForm format, int location)
    {
        return new BoundRelabelType { Arg = arg, Type = type, Typmod = typmod, RelabelFormat = format, Location = location };
    }

    private static BoundExpr BuildCoercionExpression(
        ParseState pstate,
        BoundExpr node,
        CoercionPathType path,
        uint funcId,
        uint targetType,
        int targetTypmod,
        CoercionContext context,
        CoercionForm format,
        int location)
    {
        var catalog = pstate.Catalog;
        switch (path)
        {
            case CoercionPathType.Func:
                {
                    var proc = catalog.Proc(funcId)!;
                    var nargs = proc.proargtypes.Length;
                    List<BoundExpr> args = [node];
                    if (nargs >= 2)
                    {
                        args.Add(Constants.Int4(targetTypmod));
                    }

                    if (nargs == 3)
                    {
                        args.Add(Constants.Bool(context == CoercionContext.Explicit));
                    }

                    return new BoundFuncExpr
                    {
                        FuncId = funcId,
                        Type = targetType,
                        Typmod = nargs >= 2 ? targetTypmod : -1,
                        FuncFormat = format,
                        Args = args,
                        Location = location,
                    };
                }

            case CoercionPathType.ArrayCoerce:
                {
                    var sourceTypmod = node.Typmod;
                    var source = TypeFacts.GetBaseType(catalog, node.Type, ref sourceTypmod);
                    var test = new BoundCaseTestExpr { Type = TypeFacts.GetElementType(catalog, source), Typmod = sourceTypmod };
                    var targetElement = TypeFacts.GetElementType(catalog, targetType);
                    var element = CoerceToTargetType(pstate, test, test.Type, targetElement, targetTypmod, context, format, location)
                        ?? throw CannotCast(pstate, test.Type, targetElement, location);
                    return new BoundArrayCoerceExpr
                    {
                        Arg = node,
                        ElemExpr = element,
                        Type = targetType,
                        Typmod = element.Typmod,
                        CoerceFormat = format,
                        Location = location,
                    };
                }

            default:
                return new BoundCoerceViaIO { Arg = node, Type = targetType, Typmod = -1, CoerceFormat = format, Location = location };
        }
    }

    private static BoundExpr CoerceRecordToComplex(
        ParseState pstate, BoundExpr node, uint targetType, CoercionContext context, CoercionForm format, int location)
    {
        var catalog = pstate.Catalog;
        List<BoundExpr> args;
        if (node is BoundRowExpr row)
        {
            args = row.Args;
        }
        else if (node is BoundVar { Varattno: 0 } whole && pstate.Scope is { } scope)
        {
            args = scope.ExpandWholeRow(pstate, whole);
        }
        else
        {
            throw CannotCast(pstate, TypeOid.Record, targetType, location);
        }

        var baseTypmod = -1;
        var baseType = TypeFacts.GetBaseType(catalog, targetType, ref baseTypmod);
        var relid = TypeFacts.Require(catalog, baseType).typrelid;
        var newArgs = new List<BoundExpr>();
        var i = 0;
        foreach (var attribute in catalog.AllAttributes(relid))
        {
            if (attribute.attnum <= 0)
            {
                continue;
            }

            if (attribute.attisdropped)
            {
                newArgs.Add(Constants.Null(TypeOid.Int4));
                continue;
            }

            if (i >= args.Count)
            {
                throw CannotCast(pstate, TypeOid.Record, targetType, location).WithDetail("Input has too few columns.");
            }

            var arg = args[i++];
            newArgs.Add(CoerceToTargetType(
                    pstate, arg, arg.Type, attribute.atttypid, attribute.atttypmod, context, CoercionForm.ImplicitCast, -1)
                ?? throw CannotCast(pstate, TypeOid.Record, targetType, location).WithDetail(
                    $"Cannot cast type {FormatType.Format(arg.Type, pstate)} to {FormatType.Format(attribute.atttypid, pstate)} in column {i}."));
        }

        if (i < args.Count)
        {
            throw CannotCast(pstate, TypeOid.Record, targetType, location).WithDetail("Input has too many columns.");
        }

        var result = new BoundRowExpr { Args = newArgs, Type = baseType, RowFormat = format, Location = location };
        if (baseType == targetType)
        {
            return result;
        }

        // A domain over the composite type.
        result.RowFormat = CoercionForm.ImplicitCast;
        return CoerceToDomain(pstate, result, baseType, baseTypmod, targetType, context, format, location, false);
    }

    /// <summary>Converts an expression to boolean, as conditions must be.</summary>
    /// <exception cref="PgException">42804 when it does not convert or returns a set.</exception>
    public static BoundExpr CoerceToBoolean(ParseState pstate, BoundExpr node, string construct) =>
        CoerceToSpecificType(pstate, node, TypeOid.Bool, construct);

    /// <summary>Converts an expression to the type that a construct takes.</summary>
    /// <exception cref="PgException">42804 when it does not convert or returns a set.</exception>
    public static BoundExpr CoerceToSpecificType(ParseState pstate, BoundExpr node, uint targetType, string construct, int targetTypmod = -1)
    {
        var inputType = node.Type;
        if (inputType != targetType)
        {
            node = CoerceToTargetType(pstate, node, inputType, targetType, targetTypmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
                ?? throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"argument of {construct} must be type {FormatType.Format(targetType, pstate)}, not type {FormatType.Format(inputType, pstate)}")
                    .At(ExprFacts.Location(node));
        }

        if (ExprFacts.ReturnsSet(node))
        {
            throw new PgException(SqlState.DatatypeMismatch, $"argument of {construct} must not return a set").At(ExprFacts.Location(node));
        }

        return node;
    }
}
