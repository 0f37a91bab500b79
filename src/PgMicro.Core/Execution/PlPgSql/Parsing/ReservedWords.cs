using System.Collections.Frozen;

namespace PgMicro.Core.Execution.PlPgSql.Parsing;

/// <summary>PL/pgSQL's reserved words (manual, 41.3): none of them can name a variable unless it is quoted.</summary>
internal static class ReservedWords
{
    private static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet(
        ["all", "begin", "by", "case", "declare", "else", "end", "execute", "for", "foreach", "from", "if", "in", "into", "loop", "not", "null", "or", "strict",
            "then", "to", "using", "when", "while"],
        StringComparer.Ordinal);

    internal static bool Contains(in BodyToken token) => token.Name is { } name && token.Text[0] != '"' && All.Contains(name);
}
