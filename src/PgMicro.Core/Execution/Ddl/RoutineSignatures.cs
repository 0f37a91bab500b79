using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>What holds of every routine, whatever its language: results that its parameters decide.</summary>
internal static class RoutineSignatures
{
    private const int MaxArguments = 100;

    /// <summary>Checks the parameters and results of a row.</summary>
    /// <exception cref="PgException">54023 or 42P13.</exception>
    internal static void Check(DdlContext ddl, PgProc proc)
    {
        if (proc.proargtypes.Length > MaxArguments)
        {
            throw new PgException(SqlState.TooManyArguments, $"functions cannot have more than {MaxArguments} arguments");
        }

        CheckResult(ddl, proc, proc.prorettype);
        for (var i = 0; i < (proc.proallargtypes?.Length ?? 0); i++)
        {
            if (proc.proargmodes![i] is not ('i' or 'v'))
            {
                CheckResult(ddl, proc, proc.proallargtypes![i]);
            }
        }
    }

    private static void CheckResult(DdlContext ddl, PgProc proc, uint result)
    {
        if (WhyUndetermined(ddl, result, proc.proargtypes) is { } reason)
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, "cannot determine result data type").WithDetail(reason);
        }

        RequireSafeInternal(result, proc.proargtypes);
    }

    /// <summary>check_valid_internal_signature.</summary>
    /// <exception cref="PgException">42P13.</exception>
    internal static void RequireSafeInternal(uint result, uint[] arguments)
    {
        if (result == TypeOid.Internal && !arguments.Contains(TypeOid.Internal))
        {
            throw new PgException(SqlState.InvalidFunctionDefinition, "unsafe use of pseudo-type \"internal\"")
                .WithDetail("A result of type internal requires at least one input of type internal.");
        }
    }

    /// <summary>check_valid_polymorphic_signature: why a polymorphic type does not follow from the arguments. A range cannot be told from its elements: there may be several over them.</summary>
    internal static string? WhyUndetermined(DdlContext ddl, uint result, uint[] arguments)
    {
        var name = DdlExpressions.FormatType(ddl, result);
        return result switch
        {
            TypeOid.AnyRange or TypeOid.AnyMultirange => arguments.Any(static t => t is TypeOid.AnyRange or TypeOid.AnyMultirange) ? null
                : $"A result of type {name} requires at least one input of type anyrange or anymultirange.",
            TypeOid.AnyCompatibleRange or TypeOid.AnyCompatibleMultirange => arguments.Any(static t => t is TypeOid.AnyCompatibleRange or TypeOid.AnyCompatibleMultirange) ? null
                : $"A result of type {name} requires at least one input of type anycompatiblerange or anycompatiblemultirange.",
            _ when TypeFacts.IsPolymorphicFamily1(result) => arguments.Any(TypeFacts.IsPolymorphicFamily1) ? null
                : $"A result of type {name} requires at least one input of type anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange.",
            _ when TypeFacts.IsPolymorphicFamily2(result) => arguments.Any(TypeFacts.IsPolymorphicFamily2) ? null
                : $"A result of type {name} requires at least one input of type anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or anycompatiblemultirange.",
            _ => null,
        };
    }
}
