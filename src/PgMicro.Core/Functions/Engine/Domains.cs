using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Functions.Engine;

/// <summary>Domain constraints.</summary>
internal static unsafe class Domains
{
    /// <summary>(domain, value, constraint name or NULL for NOT NULL, condition).</summary>
    internal static void Check(nint context, nint* values, int count)
    {
        if (!FunctionArgument.IsNull(values, 3) && !FunctionArgument.Boolean(values, 3))
        {
            var session = FunctionArgument.Context(context);
            var catalog = session.Catalog;
            var domain = catalog.Type(FunctionArgument.UInt32(values, 0))!;
            var shown = CatalogNames.FormatType(catalog, domain.oid, session.SearchPath(includeImplicit: true));
            var schema = catalog.Namespace(domain.typnamespace)?.nspname;
            if (FunctionArgument.IsNull(values, 2))
            {
                throw new PgException(SqlState.NotNullViolation, $"domain {shown} does not allow null values") { SchemaName = schema, DataTypeName = domain.typname };
            }

            var name = FunctionArgument.String(values, 2);
            throw new PgException(SqlState.CheckViolation, $"value for domain {shown} violates check constraint \"{name}\"")
            {
                SchemaName = schema,
                DataTypeName = domain.typname,
                ConstraintName = name,
            };
        }

        FunctionResult.Write(context, FunctionArgument.Datum(values, 1));
    }
}
