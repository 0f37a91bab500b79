using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.SqliteSql;
using PgMicro.Core.Types;

namespace PgMicro.Core.Lowering;

internal sealed partial class Lowerer
{
    // f(a, VARIADIC array) of a VARIADIC "any" function, where the array is known or written out: its elements as arguments.
    private SqlExpr VariadicAny(BoundFuncExpr call)
    {
        var last = call.Args[^1];
        var elementType = Catalog.ArrayElementType(Catalog.GetBaseType(last.Type));
        List<BoundExpr> elements;
        switch (last)
        {
            case BoundConst { Value.IsNull: true }:
                // format takes it for no arguments; the others give NULL.
                if (Catalog.Proc(call.FuncId) is not { proname: "format" })
                {
                    return SqlLiteral.Null;
                }

                elements = [];
                break;
            case BoundConst constant:
                var codec = (ArrayCodec)context.Types.GetCodec(Catalog.GetBaseType(last.Type));
                elements = [.. codec.FromStorage(constant.Value.Bytes).Elements.Select(e => (BoundExpr)new BoundConst
                {
                    Value = e, Type = elementType, Typmod = -1, Collation = call.InputCollation, Location = last.Location,
                })];
                break;
            case BoundArrayExpr { MultiDims: false } array:
                elements = array.Elements;
                break;
            default:
                if (Catalog.Proc(call.FuncId) is { } known && Core.Functions.Engine.VariadicCalls.Knows(known.proname))
                {
                    var site = CallSite.Get(call.FuncId, call.Type, [.. call.Args.Take(call.Args.Count - 1).Select(static a => a.Type), Catalog.GetBaseType(last.Type)], call.InputCollation);
                    return new SqlCall(EngineFunctions.Variadic, [SqlLiteral.Of(known.proname), SqlLiteral.Of(site.Id), .. call.Args.Select(Expr)]);
                }

                throw PgErrors.FeatureNotSupported($"VARIADIC of an array that is not written out in a call of {Catalog.Proc(call.FuncId)?.proname}", call.Location);
        }

        var leading = call.Args.Take(call.Args.Count - 1);
        if (elements.Count == 0 && !leading.Any() && Catalog.Proc(call.FuncId) is { } proc
            && Catalog.ProcsByName(proc.proname).FirstOrDefault(static p => p.proargtypes.Length == 0) is { } empty)
        {
            return Function(new BoundFuncExpr { FuncId = empty.oid, Type = call.Type, Typmod = call.Typmod, Location = call.Location });
        }

        return Function(new BoundFuncExpr
        {
            FuncId = call.FuncId,
            Type = call.Type,
            Typmod = call.Typmod,
            Collation = call.Collation,
            InputCollation = call.InputCollation,
            FuncFormat = call.FuncFormat,
            Args = [.. leading, .. elements],
            Location = call.Location,
        });
    }
}
