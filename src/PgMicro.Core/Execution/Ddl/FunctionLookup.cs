using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>Functions that definitions name, of known argument types (PostgreSQL's LookupFuncName).</summary>
internal static class FunctionLookup
{
    /// <summary>The function of a name and argument types.</summary>
    /// <exception cref="PgException">42883 when there is none.</exception>
    internal static PgProc Require(DdlContext ddl, string[] names, uint[] arguments)
    {
        var (schema, name) = NamespaceLookup.Deconstruct(names);
        foreach (var space in schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid])
        {
            if (ddl.Catalog.ProcsByName(name).FirstOrDefault(p => p.pronamespace == space && p.proargtypes.AsSpan().SequenceEqual(arguments)) is { } proc)
            {
                return proc;
            }
        }

        throw new PgException(
            SqlState.UndefinedFunction, $"function {string.Join('.', names)}({string.Join(", ", arguments.Select(a => DdlExpressions.FormatType(ddl, a)))}) does not exist");
    }
}
