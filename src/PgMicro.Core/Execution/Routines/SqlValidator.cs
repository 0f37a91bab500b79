using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Routines;

/// <summary>What LANGUAGE sql says of a definition (fmgr_sql_validator): its types, and each of its statements.</summary>
internal sealed class SqlValidator : IRoutineValidator
{
    public void Validate(PgSession session, PgProc proc, bool checksBody)
    {
        var catalog = session.Catalog;
        if (catalog.Type(proc.prorettype) is { typtype: 'p' } && proc.prorettype is not (TypeOid.Record or TypeOid.Void) && !TypeFacts.IsPolymorphic(proc.prorettype))
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, $"SQL functions cannot return type {FormatType.Format(proc.prorettype, catalog)}");
        }

        var isPolymorphic = false;
        foreach (var type in proc.proargtypes)
        {
            if (catalog.Type(type) is not { typtype: 'p' })
            {
                continue;
            }

            isPolymorphic |= TypeFacts.IsPolymorphic(type)
                ? true
                : throw new PgException(SqlState.InvalidFunctionDefinition, $"SQL functions cannot have arguments of type {FormatType.Format(type, catalog)}");
        }

        if (!checksBody)
        {
            return;
        }

        try
        {
            Check(session, proc, isPolymorphic);
        }
        catch (PgException e) when (e.Location < 0 && e.Position == 0)
        {
            var line = $"SQL function \"{proc.proname}\"";
            e.Where = e.Where is null ? line : e.Where + "\n" + line;
            throw;
        }
    }

    private static void Check(PgSession session, PgProc proc, bool isPolymorphic)
    {
        var parts = SqlSource.Read(session, proc);

        // The types of a polymorphic function's parameters are not known yet.
        if (isPolymorphic)
        {
            return;
        }

        var site = CallSite.Get(proc.oid, proc.prorettype, proc.proargtypes);
        var parameters = new RoutineParameterNames(proc.proname, RoutineArguments.InputNames(proc), proc.proargtypes);
        var result = proc.prorettype == TypeOid.Void ? null : SqlResult.Of(session.Catalog, proc, site, null);
        for (var i = 0; i < parts.Count; i++)
        {
            new SqlStatement(parts[i], proc, parameters, i == parts.Count - 1 ? result : null).Analyse(session, isValidation: true);
        }

        if (result is not null && parts.Count == 0)
        {
            throw result.NoResult();
        }
    }
}
