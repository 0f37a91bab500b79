using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Scaffolding.Metadata;
using PgMicro.Recording;

namespace EFCore.PgMicro.FunctionalTests.Design;

/// <summary>A database model as text.</summary>
internal static class ModelText
{
    internal static void Write(Transcript transcript, DatabaseModel model)
    {
        transcript.Line($"database, default schema {model.DefaultSchema}, collation {model.Collation ?? "none"}{Annotations(model)}");
        foreach (var s in model.Sequences.OrderBy(s => s.Schema).ThenBy(s => s.Name))
        {
            transcript.Line($"sequence {s.Schema}.{s.Name} {s.StoreType} start {s.StartValue} by {s.IncrementBy} min {s.MinValue} max {s.MaxValue} cyclic {s.IsCyclic}{Annotations(s)}");
        }

        foreach (var table in model.Tables.OrderBy(t => t.Schema).ThenBy(t => t.Name))
        {
            transcript.Line($"{table.GetType().Name} {table.Schema}.{table.Name}{Comment(table.Comment)}{Annotations(table)}");
            foreach (var c in table.Columns)
            {
                transcript.Line($"  column {c.Name} {c.StoreType}{(c.IsNullable ? " null" : "")}{Part("default", c.DefaultValueSql)}{Part("value", c.DefaultValue)}{Part("computed", c.ComputedColumnSql)}{Part("stored", c.IsStored)}{Part("generated", c.ValueGenerated)}{Part("collation", c.Collation)}{Comment(c.Comment)}{Annotations(c)}");
            }

            if (table.PrimaryKey is { } key)
            {
                transcript.Line($"  primary key {key.Name} {Columns(key.Columns)}{Annotations(key)}");
            }

            foreach (var u in table.UniqueConstraints.OrderBy(u => u.Name))
            {
                transcript.Line($"  unique {u.Name} {Columns(u.Columns)}{Annotations(u)}");
            }

            foreach (var i in table.Indexes.OrderBy(i => i.Name))
            {
                transcript.Line($"  index {i.Name} {Columns(i.Columns)}{(i.IsUnique ? " unique" : "")} descending [{string.Join(",", i.IsDescending)}]{Part("filter", i.Filter)}{Annotations(i)}");
            }

            foreach (var f in table.ForeignKeys.OrderBy(f => f.Name))
            {
                transcript.Line($"  foreign key {f.Name} {Columns(f.Columns)} → {f.PrincipalTable.Schema}.{f.PrincipalTable.Name} {Columns(f.PrincipalColumns)} {f.OnDelete}{Annotations(f)}");
            }
        }
    }

    private static string Columns(IEnumerable<DatabaseColumn> columns) => $"({string.Join(", ", columns.Select(c => c.Name))})";

    private static string Part(string name, object? value) => value is null ? "" : $" {name} {Transcript.Text(value)}";

    private static string Comment(string? comment) => comment is null ? "" : $" comment \"{comment}\"";

    private static string Annotations(IAnnotatable item) =>
        string.Concat(item.GetAnnotations().OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"\n      {a.Name} = {Transcript.Text(a.Value)}"));
}
