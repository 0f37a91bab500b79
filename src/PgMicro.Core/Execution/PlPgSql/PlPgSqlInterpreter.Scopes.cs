using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql;

/// <content>Which variables a name can mean (manual: "Structure of PL/pgSQL").</content>
internal sealed partial class PlPgSqlInterpreter
{
    // Named by PostgreSQL itself, for the tested value of a CASE.
    private const string CaseVariablePrefix = "__Case__Variable_";

    private readonly List<Frame> _frames = [];
    private readonly Dictionary<int, Frame> _blocks = [];
    private readonly Dictionary<int, string> _ofLoops = [];
    private PlVariable?[] _datums = [];

    /// <summary>What a block or a loop declares.</summary>
    private sealed class Frame(string? label)
    {
        internal string? Label => label;

        /// <summary>All that it declares.</summary>
        internal List<PlVariable> Declared { get; } = [];

        /// <summary>Those of them that can be named now: a default sees only what has been declared before it.</summary>
        internal List<PlVariable> Visible { get; } = [];
    }

    /// <summary>The variable of a number; null for a field of a record. A loop makes its own each time.</summary>
    private PlVariable? VariableOf(int number) => _datums[number] ?? (_ofLoops.TryGetValue(number, out var name) ? FindVariable(name) : null);

    private PlVariable? FindVariable(string name) => TryFind([name], out var variable, out _) ? variable : null;

    /// <summary>Finds what a name means that may be qualified by a label; what is left of it names a record's field.</summary>
    private bool TryFind(ReadOnlySpan<string> names, [NotNullWhen(true)] out PlVariable? variable, out ReadOnlySpan<string> rest)
    {
        for (var i = _frames.Count - 1; i >= 0; i--)
        {
            var frame = _frames[i];
            for (var qualified = 0; qualified < 2; qualified++)
            {
                if (names.Length > qualified && (qualified == 0 || frame.Label == names[0]) && FindIn(frame, names[qualified]) is { } found)
                {
                    variable = found;
                    rest = names[(qualified + 1)..];
                    return true;
                }
            }
        }

        variable = null;
        rest = default;
        return false;
    }

    private static PlVariable? FindIn(Frame frame, string name) => frame.Visible.FindLast(v => v.Name == name);

    private Frame Enter(string? label, params ReadOnlySpan<PlVariable> variables)
    {
        var frame = new Frame(label);
        frame.Visible.AddRange(variables);
        _frames.Add(frame);
        return frame;
    }

    // What has been planned within a frame that comes but once, in whichever block, knows its variables.
    private void Leave(Frame? frame)
    {
        if (frame is not null)
        {
            _frames.RemoveAt(_frames.Count - 1);
            if (frame.Declared.Count == 0)
            {
                _queries.Clear();
            }
        }
    }

    private Frame? EnterBlock(JsonElement block)
    {
        if (FirstOf(block) is not { } first)
        {
            return null;
        }

        var frame = _blocks[first];
        frame.Visible.Clear();
        _frames.Add(frame);
        return frame;
    }

    /// <summary>Gives the variables of a block what they are at first, each time that it is entered.</summary>
    private void Initialize(Frame? frame, JsonElement block)
    {
        if (frame is null)
        {
            return;
        }

        _what = "during statement block local variable initialization";
        foreach (var variable in frame.Declared)
        {
            _line = variable.Line;
            variable.Clear();
            if (variable.Default is { } value)
            {
                AssignValue(variable, Evaluate(value, variable.Type, variable.Typmod).Value);
            }

            frame.Visible.Add(variable);
        }

        _line = block.TryGetProperty("lineno", out var line) ? line.GetInt32() : 1;
        _what = "at " + Descriptions["PLpgSQL_stmt_block"];
    }

    private void Declare(JsonElement function)
    {
        JsonElement[] datums = [.. function.GetProperty("datums").EnumerateArray()];
        _datums = new PlVariable?[datums.Length];
        var common = Enter(null);
        DeclareBlocks(function.GetProperty("action"), datums);

        // The rest belongs to no block.
        for (var i = 0; i < datums.Length; i++)
        {
            if (_datums[i] is null && datums[i].TryGetProperty("PLpgSQL_var", out var declared))
            {
                var name = declared.GetProperty("refname").GetString()!;
                if (i == 0 || name.StartsWith(CaseVariablePrefix, StringComparison.Ordinal))
                {
                    common.Visible.Add(_datums[i] = Variable(declared));
                }
                else
                {
                    _ofLoops.Add(i, name);
                }
            }
        }
    }

    private void DeclareBlocks(JsonElement element, JsonElement[] datums)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                DeclareBlocks(item, datums);
            }

            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            Frame? frame = null;
            if (property.Name == "PLpgSQL_stmt_block" && FirstOf(property.Value) is { } first)
            {
                frame = new Frame(LabelOf(property.Value));
                _blocks.Add(first, frame);
                _frames.Add(frame);
                foreach (var number in property.Value.GetProperty(BlockDeclarations.Property).EnumerateArray())
                {
                    var variable = Declared(datums[number.GetInt32()]);
                    _datums[number.GetInt32()] = variable;
                    frame.Declared.Add(variable);
                    frame.Visible.Add(variable);
                }
            }

            DeclareBlocks(property.Value, datums);
            Leave(frame);
        }
    }

    private static int? FirstOf(JsonElement block) =>
        block.TryGetProperty(BlockDeclarations.Property, out var numbers) && numbers.GetArrayLength() > 0 ? numbers[0].GetInt32() : null;

    private PlVariable Declared(JsonElement datum)
    {
        if (datum.TryGetProperty("PLpgSQL_rec", out var declared))
        {
            var name = declared.GetProperty("refname").GetString()!;
            return declared.TryGetProperty("default_val", out _)
                ? throw PgErrors.FeatureNotSupported($"a default value of record \"{name}\" in PL/pgSQL")
                : new PlVariable(name, RowType(declared)) { Type = TypeOid.Record, Line = LineOf(declared) };
        }

        declared = datum.GetProperty("PLpgSQL_var");
        var variable = Variable(declared);
        return declared.TryGetProperty("cursor_explicit_expr", out _)
            ? throw PgErrors.FeatureNotSupported($"cursor variable \"{variable.Name}\" in PL/pgSQL")
            : variable.IsNotNull && variable.Default is null
            ? throw new PgException(SqlState.NullValueNotAllowed, $"variable \"{variable.Name}\" must have a default value, since it's declared NOT NULL")
            : variable;
    }

    private static int LineOf(JsonElement element) => element.TryGetProperty("lineno", out var line) ? line.GetInt32() : 0;
}
