using System.Globalization;
using System.Text;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Functions;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>pg_get_functiondef and pg_get_function_sqlbody: a routine as the command that makes it.</summary>
internal static class FunctionDefinition
{
    // GUC_LIST_QUOTE: each element is a string of its own.
    private static readonly HashSet<string> QuotedLists =
        ["search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries", "unix_socket_directories"];

    [PgFunction("pg_get_functiondef(oid)")]
    public static string? Definition(FunctionContext context, uint function)
    {
        if (context.Catalog.Proc(function) is not { } proc)
        {
            return null;
        }

        if (proc.prokind == 'a')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{proc.proname}\" is an aggregate function");
        }

        var catalog = context.Catalog;
        var language = catalog.Language(proc.prolang)!;
        var text = new StringBuilder("CREATE OR REPLACE ").Append(proc.prokind == 'p' ? "PROCEDURE " : "FUNCTION ")
            .Append(Identifiers.QuoteQualified(catalog.Namespace(proc.pronamespace)!.nspname, proc.proname))
            .Append('(').Append(FunctionSignatures.Arguments(context, function)).Append(")\n");
        if (proc.prokind != 'p')
        {
            text.Append(" RETURNS ").Append(FunctionSignatures.Result(context, function)).Append('\n');
        }

        if (proc.protrftypes is { } transformed)
        {
            text.Append(" TRANSFORM ").AppendJoin(", ", transformed.Select(t => "FOR TYPE " + CatalogNames.FormatType(catalog, t, context.SearchPath(includeImplicit: true)))).Append('\n');
        }

        text.Append(" LANGUAGE ").Append(Identifiers.Quote(language.lanname)).Append('\n');
        var words = Words(proc, language);
        text.Append(words).Append(words.Length > 0 ? "\n" : "");
        foreach (var setting in proc.proconfig ?? [])
        {
            text.Append(Setting(setting));
        }

        if (SqlBody(context, function) is { } body)
        {
            return text.Append(body).Append('\n').ToString();
        }

        text.Append("AS ");
        if (proc.probin is not null)
        {
            text.Append(Literal(proc.probin)).Append(", ");
        }

        var tag = proc.prokind == 'p' ? "$procedure" : "$function";
        while (proc.prosrc.Contains(tag, StringComparison.Ordinal))
        {
            tag += "x";
        }

        return text.Append(tag).Append('$').Append(proc.prosrc).Append(tag).Append("$\n").ToString();
    }

    /// <summary>The body of a function made by BEGIN ATOMIC or RETURN; NULL for others.</summary>
    [PgFunction("pg_get_function_sqlbody(oid)")]
    public static string? SqlBody(FunctionContext context, uint function)
    {
        if (context.Catalog.Proc(function) is not { prosqlbody: { } body } proc)
        {
            // A built-in one is exported as text.
            return context.Catalog.Proc(function)?.prosqlbody_sql;
        }

        var path = context.SearchPath(includeImplicit: true);
        var isBlock = RoutineBodies.IsBlock(body);
        var scope = new RoutineScope(proc.proname, RoutineArguments.InputNames(proc), isBlock);
        var statements = RoutineBodies.Queries(body).Select(q => QueryDeparser.DeparseStatement(context.Catalog, context, path, q, scope, isBlock ? 1 : 0));
        return isBlock ? $"BEGIN ATOMIC\n{string.Concat(statements.Select(static s => s + ";\n"))}END" : statements.Single();
    }

    private static string Words(PgProc proc, PgLanguage language)
    {
        var words = new StringBuilder(proc.prokind == 'w' ? " WINDOW" : "")
            .Append(proc.provolatile switch { 'i' => " IMMUTABLE", 's' => " STABLE", _ => "" })
            .Append(proc.proparallel switch { 's' => " PARALLEL SAFE", 'r' => " PARALLEL RESTRICTED", _ => "" })
            .Append(proc.proisstrict ? " STRICT" : "").Append(proc.prosecdef ? " SECURITY DEFINER" : "").Append(proc.proleakproof ? " LEAKPROOF" : "");
        if (proc.procost != (language.oid is BuiltInOids.InternalLanguage or BuiltInOids.CLanguage ? 1 : 100))
        {
            words.Append(CultureInfo.InvariantCulture, $" COST {proc.procost:G6}");
        }

        if (proc.prorows > 0 && proc.prorows != 1000)
        {
            words.Append(CultureInfo.InvariantCulture, $" ROWS {proc.prorows:G6}");
        }

        return words.ToString();
    }

    private static string Setting(string setting)
    {
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (setting[..at], setting[(at + 1)..]);
        var values = QuotedLists.Contains(name) ? Elements(value) : [value];
        return $" SET {Identifiers.Quote(name)} TO {string.Join(", ", values.Select(Literal))}\n";
    }

    // SplitGUCList: elements in double quotes may have commas and doubled quotes in them.
    private static List<string> Elements(string list)
    {
        var result = new List<string>();
        var element = new StringBuilder();
        var (quoted, wasQuoted) = (false, false);
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && !quoted))
            {
                result.Add(wasQuoted ? element.ToString() : element.ToString().Trim());
                element.Clear();
                wasQuoted = false;
            }
            else if (list[i] != '"')
            {
                if (quoted || !wasQuoted)
                {
                    element.Append(list[i]);
                }
            }
            else if (quoted && i + 1 < list.Length && list[i + 1] == '"')
            {
                element.Append('"');
                i++;
            }
            else
            {
                quoted = !quoted;
                if (quoted)
                {
                    element.Clear();
                    wasQuoted = true;
                }
            }
        }

        return result is [""] && list.Length == 0 ? [] : result;
    }

    private static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
