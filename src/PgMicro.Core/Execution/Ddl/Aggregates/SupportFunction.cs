using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl.Aggregates;

/// <summary>A function that an aggregate is made of.</summary>
/// <param name="Proc">Its row.</param>
/// <param name="Result">Its result type for the aggregate's arguments; may be polymorphic still.</param>
internal readonly record struct SupportFunction(PgProc Proc, uint Result)
{
    /// <summary>lookup_agg_function.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="names">The function's name.</param>
    /// <param name="types">The arguments that it will get.</param>
    /// <param name="variadic">Element type of the aggregate's VARIADIC parameter, or 0.</param>
    /// <exception cref="PgException">42883, 42804 or 42501.</exception>
    internal static SupportFunction Find(DdlContext ddl, string[] names, uint[] types, uint variadic)
    {
        var detail = FunctionResolution.FuncGetDetail(ddl.ParseState, names, null, [], types, expandVariadic: false, expandDefaults: false, -1);
        if (detail.Code != FuncDetailCode.Normal || detail.Proc is not { } proc)
        {
            throw new PgException(SqlState.UndefinedFunction, $"function {Signature(types)} does not exist");
        }

        if (proc.proretset)
        {
            throw Mismatch($"function {Signature(types)} returns a set");
        }

        if (variadic == TypeOid.Any && proc.provariadic != TypeOid.Any)
        {
            throw Mismatch($"function {Signature(types)} must accept VARIADIC ANY to be used in this aggregate");
        }

        var declared = detail.DeclaredTypes[..types.Length];
        var result = Coercion.EnforceGenericTypeConsistency(ddl.Catalog, ddl.ParseState.SearchPath, types, declared, detail.ResultType, allowPoly: true);
        for (var i = 0; i < types.Length; i++)
        {
            if (!Coercion.IsBinaryCoercible(ddl.Catalog, types[i], declared[i]))
            {
                throw Mismatch($"function {Signature(declared)} requires run-time type coercion");
            }
        }

        if (PrivilegeCheck.OnList(ddl.Catalog, 'f', proc.proacl, proc.proowner, ddl.Owner, AclMode.Execute) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for function {proc.proname}");
        }

        return new SupportFunction(proc, result);

        string Signature(uint[] shown) => FunctionResolution.Signature(ddl.ParseState, names, [], shown);
    }

    private static PgException Mismatch(string message) => new(SqlState.DatatypeMismatch, message);
}
