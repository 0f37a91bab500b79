using System.Globalization;
using System.Text;

namespace PgMicro.Core.Execution.Explain;

/// <summary>Prints a plan as PostgreSQL lays it out.</summary>
internal sealed class ExplainWriter(ExplainOptions options)
{
    private readonly StringBuilder _output = new();

    /// <summary>The text format, line by line.</summary>
    internal IReadOnlyList<string> Text(IReadOnlyList<ExplainedStatement> statements)
    {
        foreach (var statement in statements)
        {
            _output.Append(_output.Length > 0 ? "\n" : "");
            if (statement is { Plan: { } plan, Summary: { } summary })
            {
                Text(plan, summary);
            }
            else
            {
                _output.Append(statement.Utility).Append('\n');
            }
        }

        return statements.Count == 0 ? ["Query rewrites to nothing"] : _output.ToString().TrimEnd('\n').Split('\n');
    }

    private void Text(ExplainNode plan, ExplainSummary summary)
    {
        Line(plan, 0, isTop: true);
        if (options.Settings && summary.Settings.Count > 0)
        {
            _output.Append("Settings: ").AppendJoin(", ", summary.Settings.Select(static s => $"{s.Name} = '{s.Value}'")).Append('\n');
        }

        if (options.Summary)
        {
            _output.Append(CultureInfo.InvariantCulture, $"Planning Time: {summary.PlanningMilliseconds:F3} ms\n");
            if (options.Analyze)
            {
                _output.Append(CultureInfo.InvariantCulture, $"Execution Time: {summary.ExecutionMilliseconds:F3} ms\n");
            }
        }
    }

    /// <summary>A structured format, as one text.</summary>
    internal string Structured(IReadOnlyList<ExplainedStatement> statements)
    {
        object[] items = [.. statements.Select(s => s is { Plan: { } plan, Summary: { } summary } ? (object)Item(plan, summary) : "Notify")];
        switch (options.Format)
        {
            case ExplainFormat.Json:
                _output.Append('[');
                for (var i = 0; i < items.Length; i++)
                {
                    _output.Append(i == 0 ? "\n  " : ",\n  ");
                    Json(items[i], 1);
                }

                return _output.Append("\n]").ToString();
            case ExplainFormat.Yaml:
                foreach (var item in items)
                {
                    _output.Append(item is string label ? $"- \"{label}\"\n" : "");
                    if (item is not string)
                    {
                        Yaml(item, 0, "- ");
                    }
                }

                return _output.ToString().TrimEnd('\n');
            default:
                _output.Append("<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n");
                foreach (var item in items)
                {
                    _output.Append(item is string label ? $"  <{label} />\n" : "  <Query>\n");
                    if (item is not string)
                    {
                        Xml(item, 2);
                        _output.Append("  </Query>\n");
                    }
                }

                return _output.Append("</explain>").ToString();
        }
    }

    private List<(string, object)> Item(ExplainNode plan, ExplainSummary summary)
    {
        var query = new List<(string, object)> { ("Plan", Group(plan)) };
        if (options.Settings && summary.Settings.Count > 0)
        {
            query.Add(("Settings", summary.Settings.Select(static s => (s.Name, (object)s.Value)).ToList()));
        }

        if (options.Summary)
        {
            query.Add(("Planning Time", Number(summary.PlanningMilliseconds, 3)));
        }

        if (options.Analyze)
        {
            query.Add(("Triggers", new List<object>()));
        }

        if (options.Summary && options.Analyze)
        {
            query.Add(("Execution Time", Number(summary.ExecutionMilliseconds, 3)));
        }

        return query;
    }

    /// <summary>What stands for a statement that has no plan: nothing in the text format.</summary>
    internal IReadOnlyList<string> Dummy(string label) => options.Format switch
    {
        ExplainFormat.Text => [],
        ExplainFormat.Json => [$"[\n  \"{label}\"\n]"],
        ExplainFormat.Yaml => [$"- \"{label}\""],
        _ => [$"<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <{label.Replace(' ', '-')} />\n</explain>"],
    };

    private static Raw Number(double value, int digits) => new(value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    private void Line(ExplainNode node, int indent, bool isTop)
    {
        if (node.SubplanName is not null)
        {
            _output.Append(' ', (indent * 2) + (isTop ? 0 : 2)).Append(node.SubplanName).Append('\n');
            indent++;
        }

        if (!isTop)
        {
            _output.Append(' ', (indent * 2) + 2).Append("->  ");
        }

        _output.Append(node.Label);
        if (options.Costs)
        {
            _output.Append(
                CultureInfo.InvariantCulture, $"  (cost={node.StartupCost:F2}..{node.TotalCost:F2} rows={Math.Round(node.Rows):F0} width={node.Width})");
        }

        if (options.Analyze && node.ActualRows is { } rows)
        {
            _output.Append(" (actual ").Append(options.Timing ? string.Create(CultureInfo.InvariantCulture, $"time=0.000..{node.ActualMilliseconds:F3} ") : "")
                .Append(CultureInfo.InvariantCulture, $"rows={rows} loops=1)");
        }
        else if (node.NeverExecuted)
        {
            _output.Append(" (never executed)");
        }

        _output.Append('\n');
        var below = isTop ? 0 : indent + 3;
        foreach (var target in node.Targets)
        {
            _output.Append(' ', isTop ? 2 : (below * 2) + 2).Append(target).Append('\n');
        }

        foreach (var (name, values, _) in node.Details)
        {
            _output.Append(' ', (isTop ? 2 : (below * 2) + 2)).Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        }

        foreach (var child in node.Children)
        {
            Line(child, isTop ? 0 : below, isTop: false);
        }
    }

    private List<(string, object)> Group(ExplainNode node)
    {
        var result = new List<(string, object)> { ("Node Type", node.Type) };
        result.AddRange(node.Properties.Where(static p => p.Name is "Operation" or "Strategy" or "Partial Mode").Select(static p => (p.Name, (object)p.Value)));
        if (node.Relationship is not null)
        {
            result.Add(("Parent Relationship", node.Relationship));
        }

        if (node.SubplanName is not null)
        {
            result.Add(("Subplan Name", node.SubplanName));
        }

        result.Add(("Parallel Aware", new Raw("false")));
        result.Add(("Async Capable", new Raw("false")));
        result.AddRange(node.Properties.Where(static p => p.Name is not ("Operation" or "Strategy" or "Partial Mode")).Select(static p => (p.Name, (object)p.Value)));
        if (options.Costs)
        {
            result.Add(("Startup Cost", Number(node.StartupCost, 2)));
            result.Add(("Total Cost", Number(node.TotalCost, 2)));
            result.Add(("Plan Rows", Number(Math.Round(node.Rows), 0)));
            result.Add(("Plan Width", Number(node.Width, 0)));
        }

        if (options.Analyze && node.ActualRows is { } rows)
        {
            if (options.Timing)
            {
                result.Add(("Actual Startup Time", Number(0, 3)));
                result.Add(("Actual Total Time", Number(node.ActualMilliseconds, 3)));
            }

            result.Add(("Actual Rows", Number(rows, 0)));
            result.Add(("Actual Loops", Number(1, 0)));
        }
        else if (node.NeverExecuted)
        {
            result.AddRange((options.Timing ? ["Actual Startup Time", "Actual Total Time"] : Array.Empty<string>()).Select(static n => (n, (object)Number(0, 3))));
            result.Add(("Actual Rows", Number(0, 0)));
            result.Add(("Actual Loops", Number(0, 0)));
        }

        foreach (var (name, values, isList) in node.Details)
        {
            result.Add((name, isList ? values.Cast<object>().ToList() : values[0]));
        }

        if (node.Children.Count > 0)
        {
            result.Add(("Plans", node.Children.Select(Group).Cast<object>().ToList()));
        }

        return result;
    }

    private void Json(object value, int indent)
    {
        switch (value)
        {
            case List<(string Name, object Value)> group:
                _output.Append("{\n");
                for (var i = 0; i < group.Count; i++)
                {
                    _output.Append(i == 0 ? "" : ",\n").Append(' ', (indent + 1) * 2).Append('"').Append(group[i].Name).Append("\": ");
                    Json(group[i].Value, indent + 1);
                }

                _output.Append('\n').Append(' ', indent * 2).Append('}');
                break;
            case List<object> { Count: > 0 } list when list[0] is string:
                _output.Append('[').AppendJoin(", ", list.Select(static v => Quoted((string)v))).Append(']');
                break;
            case List<object> list:
                _output.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    _output.Append(i == 0 ? "\n" : ",\n").Append(' ', (indent + 1) * 2);
                    Json(list[i], indent + 1);
                }

                _output.Append('\n').Append(' ', indent * 2).Append(']');
                break;
            case Raw raw:
                _output.Append(raw.Text);
                break;
            default:
                _output.Append(Quoted((string)value));
                break;
        }
    }

    private void Yaml(object value, int indent, string lead)
    {
        switch (value)
        {
            case List<(string Name, object Value)> group:
                for (var i = 0; i < group.Count; i++)
                {
                    if (i == 0 && lead.Length == 0)
                    {
                        _output.Append('\n');
                    }

                    _output.Append(' ', indent * 2).Append(i == 0 ? lead : new string(' ', lead.Length)).Append(group[i].Name).Append(": ");
                    Yaml(group[i].Value, indent + (lead.Length / 2) + 1, "");
                }

                break;
            case List<object> list:
                _output.Append('\n');
                foreach (var item in list)
                {
                    if (item is string text)
                    {
                        _output.Append(' ', indent * 2).Append("- ").Append(Quoted(text)).Append('\n');
                    }
                    else
                    {
                        Yaml(item, indent, "- ");
                    }
                }

                break;
            case Raw raw:
                _output.Append(raw.Text).Append('\n');
                break;
            default:
                _output.Append(Quoted((string)value)).Append('\n');
                break;
        }
    }

    private void Xml(object value, int indent)
    {
        foreach (var (name, item) in (List<(string Name, object Value)>)value)
        {
            var tag = name.Replace(' ', '-');
            switch (item)
            {
                case List<(string, object)> group:
                    _output.Append(' ', indent * 2).Append('<').Append(tag).Append(">\n");
                    Xml(group, indent + 1);
                    _output.Append(' ', indent * 2).Append("</").Append(tag).Append(">\n");
                    break;
                case List<object> list:
                    _output.Append(' ', indent * 2).Append('<').Append(tag).Append(">\n");
                    foreach (var element in list)
                    {
                        if (element is string text)
                        {
                            _output.Append(' ', (indent + 1) * 2).Append("<Item>").Append(System.Security.SecurityElement.Escape(text)).Append("</Item>\n");
                        }
                        else
                        {
                            _output.Append(' ', (indent + 1) * 2).Append("<Plan>\n");
                            Xml(element, indent + 2);
                            _output.Append(' ', (indent + 1) * 2).Append("</Plan>\n");
                        }
                    }

                    _output.Append(' ', indent * 2).Append("</").Append(tag).Append(">\n");
                    break;
                default:
                    _output.Append(' ', indent * 2).Append('<').Append(tag).Append('>').Append(System.Security.SecurityElement.Escape(item is Raw raw ? raw.Text : (string)item))
                        .Append("</").Append(tag).Append(">\n");
                    break;
            }
        }
    }

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private sealed record Raw(string Text);
}

/// <summary>A statement that EXPLAIN shows: a plan, or the name of a utility statement that a rule has added.</summary>
internal sealed record ExplainedStatement(ExplainNode? Plan, string? Utility, ExplainSummary? Summary);

/// <summary>What EXPLAIN says of the whole statement.</summary>
internal sealed record ExplainSummary(double PlanningMilliseconds, double ExecutionMilliseconds, IReadOnlyList<(string Name, string Value)> Settings);
