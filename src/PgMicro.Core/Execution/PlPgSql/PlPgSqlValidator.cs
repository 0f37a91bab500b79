using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Routines;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>What CREATE FUNCTION has checked of a body (PostgreSQL's plpgsql_validator).</summary>
internal sealed class PlPgSqlValidator : IRoutineValidator
{
    public void Validate(PgSession session, PgProc proc, bool checksBody)
    {
        var kind = proc.prorettype switch
        {
            TypeOid.Trigger => PlFunctionKind.Trigger,
            TypeOid.EventTrigger => PlFunctionKind.EventTrigger,
            _ => PlFunctionKind.Function,
        };
        var result = session.Catalog.Type(proc.prorettype)!;
        if (result.typtype == 'p' && kind == PlFunctionKind.Function && result.oid is not (TypeOid.Record or TypeOid.Void) && !TypeFacts.IsPolymorphic(result.oid))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"PL/pgSQL functions cannot return type {FormatType.Format(result.oid, session.Catalog)}");
        }

        foreach (var type in proc.proallargtypes ?? proc.proargtypes)
        {
            if (session.Catalog.Type(type) is { typtype: 'p' } && type != TypeOid.Record && !TypeFacts.IsPolymorphic(type))
            {
                throw new PgException(SqlState.FeatureNotSupported, $"PL/pgSQL functions cannot accept type {FormatType.Format(type, session.Catalog)}");
            }
        }

        if (checksBody)
        {
            PlCompiler.Compile(session, proc, null, kind);
        }
    }

}
