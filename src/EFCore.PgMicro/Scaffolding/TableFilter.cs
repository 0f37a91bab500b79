using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Scaffolding;
using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using Npgsql.EntityFrameworkCore.PostgreSQL.Internal;

namespace PgMicro.EntityFrameworkCore.Scaffolding;

/// <summary>Which tables are asked for: those of some schemas and those of some names; all when none is named.</summary>
internal sealed class TableFilter
{
    private readonly HashSet<string> _schemas;
    private readonly List<(string Asked, string? Schema, string Name)> _tables = [];

    internal TableFilter(DatabaseModelFactoryOptions options)
    {
        _schemas = [.. options.Schemas];
        foreach (var table in options.Tables)
        {
            var (first, rest) = Part(table);
            _tables.Add(rest is null ? (table, null, first) : (table, first, Part(rest).Name));
        }
    }

    internal bool Takes(string schema, string name) =>
        (_schemas.Count == 0 && _tables.Count == 0) || _schemas.Contains(schema) || _tables.Exists(t => Is(t, schema, name));

    internal void ReportMissing(DatabaseModel model, IDiagnosticsLogger<DbLoggerCategory.Scaffolding> logger)
    {
        foreach (var schema in _schemas.Where(s => !model.Tables.Any(t => t.Schema == s) && !model.Sequences.Any(q => q.Schema == s)))
        {
            logger.MissingSchemaWarning(schema);
        }

        foreach (var table in _tables.Where(t => !model.Tables.Any(m => Is(t, m.Schema!, m.Name))))
        {
            logger.MissingTableWarning(table.Asked);
        }
    }

    private static bool Is((string Asked, string? Schema, string Name) table, string schema, string name) =>
        table.Name == name && (table.Schema is null || table.Schema == schema);

    private static (string Name, string? After) Part(string text)
    {
        if (!text.StartsWith('"'))
        {
            var dot = text.IndexOf('.');
            return dot < 0 ? (text, null) : (text[..dot], text[(dot + 1)..]);
        }

        var end = 1;
        while (end < text.Length && (text[end] != '"' || (end + 1 < text.Length && text[end + 1] == '"')))
        {
            end += text[end] == '"' ? 2 : 1;
        }

        var name = text[1..Math.Min(end, text.Length)].Replace("\"\"", "\"", StringComparison.Ordinal);
        return (name, end + 1 < text.Length && text[end + 1] == '.' ? text[(end + 2)..] : null);
    }
}
