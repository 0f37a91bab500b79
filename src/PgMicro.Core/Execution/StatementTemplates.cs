using System.Buffers;
using System.Collections.Concurrent;
using PgMicro.Core.Parser;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <summary>
/// Templates of the statements that clients send with constants written into them, found without parsing. A shape gets one when several texts of it have come:
/// who sends one statement, or always the same, is served with the constants in it.
/// </summary>
internal sealed class StatementTemplates(ParseTreeCache parser)
{
    private const int Capacity = 2048;
    private const int LongestText = 4096;
    private const int MostConstants = 64;
    private const int TemplatesOfShape = 8;

    // How many different texts of a shape are parsed by themselves first.
    private const int Threshold = 3;

    private readonly ConcurrentDictionary<string, Shape> _shapes = new(StringComparer.Ordinal);

    /// <summary>The template that serves a text, with the text's values for it; null when there is none.</summary>
    internal TemplateMatch? Find(string sql)
    {
        if (sql.Length > LongestText)
        {
            return null;
        }

        var shape = ArrayPool<char>.Shared.Rent(sql.Length);
        Span<Constant> constants = stackalloc Constant[MostConstants];
        try
        {
            if (!ConstantScanner.TryScan(sql, shape, constants, out var length, out var count))
            {
                return null;
            }

            constants = constants[..count];
            var key = shape.AsSpan(0, length);
            if (!_shapes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known))
            {
                if (_shapes.Count >= Capacity)
                {
                    _shapes.Clear();
                }

                known = _shapes.GetOrAdd(key.ToString(), static _ => new Shape());
            }

            foreach (var template in known.Templates)
            {
                if (template.Fits(sql, constants))
                {
                    return new TemplateMatch(template, sql, constants.ToArray());
                }
            }

            return known.IsWorthOne(sql) && Learn(known, sql, constants) is { } made ? new TemplateMatch(made, sql, constants.ToArray()) : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(shape);
        }
    }

    /// <summary>Forgets a template that turned out to be none: its statement cannot be analysed, or depends on its constants.</summary>
    internal void Reject(TemplateMatch match)
    {
        foreach (var shape in _shapes.Values)
        {
            shape.Remove(match.Template);
        }
    }

    private StatementTemplate? Learn(Shape shape, string sql, ReadOnlySpan<Constant> constants)
    {
        if (parser.TryParse(sql) is [{ TruncatedNames.Count: 0 } statement] && StatementTemplate.Make(sql, constants, statement) is { } template)
        {
            shape.Add(template);
            return template;
        }

        shape.GiveUp();
        return null;
    }

    /// <summary>What is known of the texts of a shape.</summary>
    private sealed class Shape
    {
        private readonly Lock _lock = new();
        private volatile StatementTemplate[] _templates = [];
        private string? _last;
        private int _seen;
        private bool _givenUp;

        internal StatementTemplate[] Templates => _templates;

        internal bool IsWorthOne(string sql)
        {
            lock (_lock)
            {
                if (!_givenUp && sql != _last)
                {
                    _last = sql;
                    _seen++;
                }

                return !_givenUp && _seen > Threshold && _templates.Length < TemplatesOfShape;
            }
        }

        internal void Add(StatementTemplate template)
        {
            lock (_lock)
            {
                _templates = [.. _templates, template];
            }
        }

        internal void GiveUp()
        {
            lock (_lock)
            {
                (_givenUp, _last) = (true, null);
            }
        }

        internal void Remove(StatementTemplate template)
        {
            if (_templates.Contains(template))
            {
                lock (_lock)
                {
                    _templates = [.. _templates.Where(t => t != template)];
                    (_givenUp, _last) = (true, null);
                }
            }
        }
    }
}

/// <summary>A text and the template that serves it.</summary>
/// <param name="Template">The template.</param>
/// <param name="Sql">The text.</param>
/// <param name="Constants">The constants in the text.</param>
internal sealed record TemplateMatch(StatementTemplate Template, string Sql, Constant[] Constants)
{
    /// <summary>The values of the template's parameters.</summary>
    /// <exception cref="Errors.PgException">What the type says of a string that is no value of it.</exception>
    internal PgDatum[] Values(IReadOnlyList<uint> types, PgSession session) => Template.Values(Sql, Constants, types, session);

    /// <summary>Where in the text something is that stands at a place of the template.</summary>
    internal int ToPosition(int position) => Template.ToPosition(position, Sql, Constants);
}
