using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    private const uint NextVal = 1574, Now = 1299, CurrentUser = 745, SessionUser = 746, CurrentDatabase = 861, CurrentSchema = 1402;

    private static readonly HashSet<string> LengthCoercions = ["varchar", "bpchar", "numeric", "timestamp", "timestamptz", "time", "timetz", "interval", "bit", "varbit"];

    /// <summary>The collation that compares a type's storage forms; null for SQLite's own order.</summary>
    private string? CollationOf(uint type, uint collation)
    {
        if (collation is not (0 or BuiltInOids.DefaultCollation or BuiltInOids.CCollation or BuiltInOids.PosixCollation)
            && Catalog.Find(PgCollation.Relation, new CatalogKey(collation)) is { } row
            && row.collname is not ("ucs_basic" or "C.utf8" or "C.UTF-8" or "pg_c_utf8")
            && !Core.Functions.Engine.IcuCollation.IsCodePointOrder(row.collprovider, row.colllocale, row.collcollate))
        {
            return row.collprovider == 'i' && Catalog.GetBaseType(type) is TypeOid.Text or TypeOid.Varchar or TypeOid.Name
                ? Core.Functions.Engine.IcuCollation.Prefix + row.oid.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : throw PgErrors.FeatureNotSupported($"collation \"{row.collname}\"");
        }

        return type is TypeOid.Unknown or TypeOid.Void ? null : context.Types.GetCodec(Catalog.GetBaseType(type)).Collation;
    }

    private SqlExpr Collated(SqlExpr expr, uint type, uint collation) =>
        CollationOf(type, collation) is { } name && expr is not SqlLiteral { Value.IsNull: true } ? new SqlCollate(expr, name) : expr;

    private SqlExpr Function(BoundFuncExpr call)
    {
        if (call.FuncRetSet)
        {
            throw PgErrors.FeatureNotSupported("a set-returning function here", call.Location);
        }

        // Widening an integer changes nothing in its storage form.
        if (call.Args is [{ } only] && (only.Type, call.Type) is (TypeOid.Int2, TypeOid.Int4 or TypeOid.Int8) or (TypeOid.Int4, TypeOid.Int8)
            && Catalog.Proc(call.FuncId) is { proname: "int4" or "int8", oid: < BuiltInOids.FirstNormalObjectId })
        {
            return Expr(only);
        }

        if (call.FuncVariadic && FunctionTable.Find(call.FuncId) is { ArgumentCount: < 0 })
        {
            return VariadicAny(call);
        }

        var implementation = Implemented(call.FuncId);
        if (implementation is null && Catalog.Proc(call.FuncId) is { } proc && proc.oid < BuiltInOids.FirstNormalObjectId && call.Args.Count >= 2
            && LengthCoercions.Contains(proc.proname) && proc.proargtypes[0] == proc.prorettype && proc.proargtypes[1] == TypeOid.Int4)
        {
            return new SqlCall(EngineFunctions.Typmod, [SqlLiteral.Of(proc.prorettype), Expr(call.Args[0]), Expr(call.Args[1]),
                call.Args.Count > 2 ? Expr(call.Args[2]) : SqlLiteral.Of(call.FuncFormat == CoercionForm.ExplicitCast ? 1 : 0)]);
        }

        if (implementation is null && RoutineOf(call.FuncId) is not null)
        {
            return RoutineCall(call);
        }

        RequireDeterministic(call.FuncId, call.InputCollation);
        implementation ??= Implementation(call.FuncId, call.Location);
        return Invoke(implementation, call.FuncId, call.Type, ArgTypes(call), call.InputCollation, PlainArgs(call, implementation));
    }

    private List<SqlExpr> PlainArgs(BoundFuncExpr call, FunctionImplementation implementation)
    {
        if (call.FuncVariadic && implementation.ArgumentCount < 0)
        {
            throw PgErrors.FeatureNotSupported($"VARIADIC in a call of {implementation.Name}", call.Location);
        }

        return Args(call.FuncId, call.Args);
    }

    /// <summary>The arguments of a function: a row of any type where it takes a record.</summary>
    private List<SqlExpr> Args(uint function, List<BoundExpr> args)
    {
        var result = args.ConvertAll(Expr);
        var declared = Catalog.Proc(function)?.proargtypes ?? [];
        for (var i = 0; i < Math.Min(result.Count, declared.Length); i++)
        {
            if (declared[i] == TypeOid.Record)
            {
                result[i] = AsRecord(result[i], args[i].Type);
            }
        }

        return result;
    }

    private List<uint> ArgTypes(BoundFuncExpr call) => ArgTypes(Catalog, call);

    private static List<uint> ArgTypes(CatalogSnapshot catalog, BoundFuncExpr call)
    {
        var types = call.Args.ConvertAll(static a => a.Type);
        var declared = catalog.Proc(call.FuncId)?.proargtypes ?? [];
        for (var i = 0; i < Math.Min(types.Count, declared.Length); i++)
        {
            types[i] = declared[i] == TypeOid.Record ? TypeOid.Record : types[i];
        }

        return types;
    }

    private List<SqlExpr> CallArgs(BoundFuncExpr call, FunctionImplementation implementation, List<SqlExpr>? lowered)
    {
        var args = lowered ?? PlainArgs(call, implementation);
        return implementation.NeedsCallSite
            ? [SqlLiteral.Of(CallSite.Get(call.FuncId, call.Type, ArgTypes(call), call.InputCollation).Id), .. args]
            : args;
    }

    // A search by bytes finds not what a collation holds equal.
    private void RequireDeterministic(uint function, uint collation)
    {
        if (collation is 0 or BuiltInOids.DefaultCollation or BuiltInOids.CCollation or BuiltInOids.PosixCollation
            || Catalog.Collation(collation) is not { collisdeterministic: false })
        {
            return;
        }

        var what = Catalog.Proc(function)?.proname switch
        {
            "textlike" or "textnlike" or "bpcharlike" or "bpcharnlike" or "namelike" or "namenlike" or "like" or "notlike" => "LIKE",
            "texticlike" or "texticnlike" or "bpchariclike" or "bpcharicnlike" or "nameiclike" or "nameicnlike" => "ILIKE",
            "textregexeq" or "textregexne" or "texticregexeq" or "texticregexne" or "regexp_replace" or "regexp_match" or "regexp_matches" or "regexp_like"
                or "regexp_count" or "regexp_instr" or "regexp_substr" or "regexp_split_to_array" or "regexp_split_to_table" => "regular expressions",
            "strpos" or "position" or "replace" or "split_part" or "string_to_array" => "substring searches",
            _ => null,
        };
        if (what is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"nondeterministic collations are not supported for {what}");
        }
    }

    private FunctionImplementation Implementation(uint function, int location) =>
        Implemented(function) is { } found && found.Kind != FunctionKind.Set ? found : throw PgErrors.FunctionNotImplemented(Signature(function), location);

    // A function that the database's users made over a built-in one (LANGUAGE internal, a range type's constructors) runs that one.
    private FunctionImplementation? Implemented(uint function) => FunctionTable.Find(function)
        ?? (function >= BuiltInOids.FirstNormalObjectId && Catalog.Proc(function) is { prolang: BuiltInOids.InternalLanguage } proc ? BuiltInSources.Find(proc.prosrc) : null);

    private string Signature(uint function)
    {
        var proc = Catalog.Proc(function);
        return proc is null ? function.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : proc.proname + "(" + string.Join(",", proc.proargtypes.Select(t => context.Types.FindCodec(t)?.Name ?? Catalog.Type(t)?.typname ?? "?")) + ")";
    }

    private static SqlExpr Invoke(
        FunctionImplementation implementation, uint function, uint resultType, IReadOnlyList<uint> types, uint collation, IReadOnlyList<SqlExpr> args)
    {
        if (implementation.SqliteTemplate is { } template)
        {
            return new SqlTemplate(template, args);
        }

        return new SqlCall(implementation.SqliteName!, implementation.NeedsCallSite
            ? [SqlLiteral.Of(CallSite.Get(function, resultType, types, collation).Id), .. args]
            : args);
    }

    private SqlExpr Operator(BoundOpExpr op)
    {
        if (op.OpFuncId >= BuiltInOids.FirstNormalObjectId && RoutineOf(op.OpFuncId) is not null)
        {
            return RoutineCall(new BoundFuncExpr { FuncId = op.OpFuncId, Type = op.Type, Args = op.Args, InputCollation = op.InputCollation, Location = op.Location });
        }

        if (op.Args.Count == 2)
        {
            return Compare(op.OpNo, op.OpFuncId, op.Args[0], op.Args[1], Expr(op.Args[0]), Expr(op.Args[1]), op.InputCollation, op.Type);
        }

        return Invoke(Implementation(op.OpFuncId, op.Location), op.OpFuncId, op.Type, [op.Args[0].Type], op.InputCollation, [Expr(op.Args[0])]);
    }

    /// <summary>A binary operator over lowered operands: SQLite's comparison where it says the same.</summary>
    private SqlExpr Compare(uint opNo, uint function, BoundExpr leftExpr, BoundExpr rightExpr, SqlExpr left, SqlExpr right, uint collation, uint resultType)
    {
        if (ComparisonOperators.Native(Catalog, opNo, leftExpr.Type, rightExpr.Type) is { } native)
        {
            // An index would evaluate a volatile operand once, not for each row.
            left = left is SqlColumn && Volatility.Has(Catalog, rightExpr) ? new SqlUnary("+", left) : left;
            right = right is SqlColumn && Volatility.Has(Catalog, leftExpr) ? new SqlUnary("+", right) : right;
            return new SqlBinary(native, Collated(left, leftExpr.Type, collation), right);
        }

        RequireDeterministic(function, collation);
        if (Catalog.Operator(opNo) is { oprleft: TypeOid.Record, oprright: TypeOid.Record })
        {
            (left, right) = (AsRecord(left, leftExpr.Type), AsRecord(right, rightExpr.Type));
        }

        if (function >= BuiltInOids.FirstNormalObjectId && RoutineOf(function) is not null)
        {
            var site = CallSite.Get(function, resultType, [leftExpr.Type, rightExpr.Type], collation);
            context.NoteRoutine(site);
            return new SqlCall(EngineFunctions.Call, [SqlLiteral.Of(site.Id), left, right]);
        }

        return Invoke(Implementation(function, leftExpr.Location), function, resultType, [leftExpr.Type, rightExpr.Type], collation, [left, right]);
    }

    private SqlExpr IsDistinct(uint opNo, uint function, List<BoundExpr> args, uint collation)
    {
        if (ComparisonOperators.Native(Catalog, opNo, args[0].Type, args[1].Type) is not null)
        {
            return new SqlBinary("IS NOT", Collated(Expr(args[0]), args[0].Type, collation), Expr(args[1]));
        }

        return Once(args, values =>
        {
            var equal = Compare(opNo, function, args[0], args[1], values[0], values[1], collation, TypeOid.Bool);
            return new SqlCase([(new SqlIsNull(values[0]), new SqlIsNull(values[1], Not: true)), (new SqlIsNull(values[1]), SqlLiteral.True)], new SqlUnary("NOT", equal));
        });
    }

    private SqlExpr RowCompare(BoundRowCompareExpr row)
    {
        var native = true;
        for (var i = 0; i < row.OpNos.Count; i++)
        {
            // What stands behind the columns that decide is not computed.
            native &= ComparisonOperators.Native(Catalog, row.OpNos[i], row.LArgs[i].Type, row.RArgs[i].Type) is not null
                && (i == 0 || !(Volatility.Has(Catalog, row.LArgs[i]) || Volatility.Has(Catalog, row.RArgs[i])));
        }

        if (!native)
        {
            return RowCompareByColumn(row, 0);
        }

        var op = row.RcType switch { RowCompareType.Lt => "<", RowCompareType.Le => "<=", RowCompareType.Ge => ">=", _ => ">" };
        return new SqlBinary(op, new SqlRow(row.LArgs.Select((a, i) => Collated(Expr(a), a.Type, row.InputCollations[i])).ToList()),
            new SqlRow(row.RArgs.ConvertAll(Expr)));
    }

    // The first column that differs decides: CASE WHEN a = b THEN (the rest) ELSE a < b END.
    private SqlExpr RowCompareByColumn(BoundRowCompareExpr row, int at) =>
        Once([row.LArgs[at], row.RArgs[at]], values => RowCompareByColumn(row, at, values[0], values[1]));

    private SqlExpr RowCompareByColumn(BoundRowCompareExpr row, int at, SqlExpr leftValue, SqlExpr rightValue)
    {
        var (left, right, collation) = (row.LArgs[at], row.RArgs[at], row.InputCollations[at]);
        var last = at == row.OpNos.Count - 1;
        var op = row.OpNos[at];
        var family = row.OpFamilies[at];
        var declared = Catalog.Operator(op)!;
        uint Strategy(int strategy) => Catalog.OperatorOfStrategy(family, declared.oprleft, declared.oprright, strategy) is not 0 and var found ? found
            : throw PgErrors.FeatureNotSupported("row comparison of these types", row.Location);
        SqlExpr By(uint opNo) => Compare(opNo, Catalog.Operator(opNo)!.oprcode, left, right, leftValue, rightValue, collation, TypeOid.Bool);
        if (last)
        {
            return By(op);
        }

        var strict = row.RcType is RowCompareType.Lt or RowCompareType.Le ? 1 : 5;
        return new SqlCase([(By(Strategy(3)), RowCompareByColumn(row, at + 1))], By(Strategy(strict)));
    }

    private SqlExpr SqlValue(BoundSqlValueFunction value)
    {
        var (function, type) = value.Op switch
        {
            SqlValueFunctionOp.CurrentUser or SqlValueFunctionOp.CurrentRole or SqlValueFunctionOp.User => (CurrentUser, TypeOid.Name),
            SqlValueFunctionOp.SessionUser => (SessionUser, TypeOid.Name),
            SqlValueFunctionOp.CurrentCatalog => (CurrentDatabase, TypeOid.Name),
            SqlValueFunctionOp.CurrentSchema => (CurrentSchema, TypeOid.Name),
            _ => (Now, TypeOid.Timestamptz),
        };
        var result = Invoke(Implementation(function, value.Location), function, type, [], 0, []);
        if (function != Now)
        {
            return result;
        }

        // The others are casts of the transaction's start.
        if (value.Type != TypeOid.Timestamptz)
        {
            var cast = Catalog.Casts.First(c => c.castsource == TypeOid.Timestamptz && c.casttarget == value.Type).castfunc;
            result = Invoke(Implementation(cast, value.Location), cast, value.Type, [TypeOid.Timestamptz], 0, [result]);
        }

        return value.Typmod < 0 ? result
            : new SqlCall(EngineFunctions.Typmod, [SqlLiteral.Of(value.Type), result, SqlLiteral.Of(value.Typmod), SqlLiteral.Of(0)]);
    }
}
