using System.Text;
using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>pg_get_function_arguments and its kin.</summary>
internal static class FunctionSignatures
{
    [PgFunction("pg_get_function_arguments(oid)")]
    public static string? Arguments(FunctionContext context, uint function) =>
        context.Catalog.Proc(function) is { } proc ? Arguments(context, proc, static mode => mode != 't', defaults: true) : null;

    [PgFunction("pg_get_function_identity_arguments(oid)")]
    public static string? IdentityArguments(FunctionContext context, uint function) =>
        context.Catalog.Proc(function) is { } proc ? Arguments(context, proc, static mode => mode != 't', defaults: false) : null;

    [PgFunction("pg_get_function_result(oid)")]
    public static string? Result(FunctionContext context, uint function)
    {
        if (context.Catalog.Proc(function) is not { prokind: not 'p' } proc)
        {
            return null;
        }

        return proc.proargmodes?.Contains('t') == true
            ? $"TABLE({Arguments(context, proc, static mode => mode == 't', defaults: false)})"
            : (proc.proretset ? "SETOF " : "") + TypeName(context, proc.prorettype);
    }

    [PgFunction("pg_get_function_arg_default(oid,integer)")]
    public static string? ArgumentDefault(FunctionContext context, uint function, int argument)
    {
        if (context.Catalog.Proc(function) is not { pronargdefaults: > 0 } proc)
        {
            return null;
        }

        var modes = proc.proargmodes;
        var types = proc.proallargtypes ?? proc.proargtypes;
        if (argument < 1 || argument > types.Length || modes?[argument - 1] is 'o' or 't')
        {
            return null;
        }

        var inputs = Enumerable.Range(0, argument).Count(i => modes is null || modes[i] is 'i' or 'b' or 'v');
        var at = inputs - 1 - (proc.pronargs - proc.pronargdefaults);
        return at < 0 ? null : Defaults(context, proc)[at];
    }

    private static string Arguments(FunctionContext context, PgProc proc, Func<char, bool> printed, bool defaults)
    {
        var ordered = proc.prokind == 'a' && context.Catalog.Aggregate(proc.oid) is { aggkind: not 'n' } aggregate ? aggregate.aggnumdirectargs : -1;
        var texts = defaults && proc.pronargdefaults > 0 ? Defaults(context, proc) : [];
        var types = proc.proallargtypes ?? proc.proargtypes;
        var text = new StringBuilder();
        var (inputs, printedCount) = (0, 0);
        for (var i = 0; i < types.Length; i++)
        {
            var mode = proc.proargmodes?[i] ?? 'i';
            var isInput = mode is 'i' or 'b' or 'v';
            inputs += isInput ? 1 : 0;
            if (!printed(mode))
            {
                continue;
            }

            text.Append(printedCount == ordered ? text.Length > 0 ? " ORDER BY " : "ORDER BY " : text.Length > 0 ? ", " : "").Append(mode switch
            {
                'o' => "OUT ",
                'b' => "INOUT ",
                'v' => "VARIADIC ",
                'i' when proc.prokind == 'p' => "IN ",
                _ => "",
            });
            if (proc.proargnames?[i] is { Length: > 0 } name)
            {
                text.Append(Identifiers.Quote(name)).Append(' ');
            }

            text.Append(TypeName(context, types[i]));
            var place = inputs - 1 - (proc.pronargs - proc.pronargdefaults);
            if (isInput && place >= 0 && place < texts.Count)
            {
                text.Append(" DEFAULT ").Append(texts[place]);
            }

            // A VARIADIC that is the last of the direct arguments is all of the aggregated ones too.
            if (++printedCount == ordered && i == types.Length - 1)
            {
                i--;
            }
        }

        return text.ToString();
    }

    // A built-in function has them as text, a user's as trees.
    private static List<string> Defaults(FunctionContext context, PgProc proc)
    {
        if (proc.proargdefaults is null)
        {
            return proc.proargdefaults_sql is { } text ? SplitDefaults(text)
                : throw PgErrors.FeatureNotSupported($"printing the defaults of function {proc.proname}");
        }

        var deparser = new CatalogDeparser(context.Catalog, context, context.SearchPath(includeImplicit: true), false);
        return RoutineDefaults.Read(proc).ConvertAll(value => deparser.Expr(value, 0));
    }

    // The exported text joins the expressions by commas; those inside quotes or brackets are an expression's own.
    private static List<string> SplitDefaults(string list)
    {
        var items = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var i = 0; i < list.Length; i++)
        {
            switch (list[i])
            {
                case '\'':
                    quoted = !quoted;
                    break;
                case '(' or '[' when !quoted:
                    depth++;
                    break;
                case ')' or ']' when !quoted:
                    depth--;
                    break;
                case ',' when !quoted && depth == 0:
                    items.Add(list[start..i].Trim());
                    start = i + 1;
                    break;
            }
        }

        items.Add(list[start..].Trim());
        return items;
    }

    private static string TypeName(FunctionContext context, uint type) =>
        Catalog.CatalogNames.FormatType(context.Catalog, type, context.SearchPath(includeImplicit: true));
}
