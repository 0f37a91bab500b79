using System.Globalization;
using System.Text;
using PgMicro.Core.Catalog;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Engine;
using PgMicro.Core.Types;
using PgMicro.Core.Types.Json;

namespace PgMicro.Core.Functions.Json;

/// <summary>Makes a value of any SQL type out of JSON: arrays and records from their likes, everything else through its input function.</summary>
internal sealed class JsonPopulate(FunctionContext context)
{
    /// <summary>The value of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="typmod">Its modifier, or -1.</param>
    /// <param name="json">The JSON value; null for a member that is missing.</param>
    /// <param name="column">The name of the column, for hints; null for none.</param>
    /// <exception cref="PgException">22P02 and what the type's input raises.</exception>
    public PgDatum Value(uint type, int typmod, JsonSource? json, string? column) => Field(type, typmod, json, column, PgDatum.Null);

    /// <summary>The fields of a record.</summary>
    /// <param name="columns">The columns; a null name for a dropped one.</param>
    /// <param name="json">The object; null for none.</param>
    /// <param name="defaults">Values of the members that are missing, also within the records among them.</param>
    public PgDatum[] Fields(IReadOnlyList<(string? Name, uint Type, int Typmod)> columns, JsonSource? json, PgDatum[]? defaults)
    {
        var values = new PgDatum[columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (name, type, typmod) = columns[i];
            if (name is null)
            {
                continue;
            }

            var member = json?.Member(Encoding.UTF8.GetBytes(name));
            values[i] = member is null && defaults is not null ? defaults[i] : Field(type, typmod, member, name, defaults?[i] ?? PgDatum.Null);
        }

        return values;
    }

    /// <summary>The columns of a composite type.</summary>
    public static IReadOnlyList<(string? Name, uint Type, int Typmod)> Columns(FunctionContext context, uint type) =>
        [.. context.Catalog.Attributes(context.Catalog.Type(type)!.typrelid).Where(static a => a.attnum > 0)
            .Select(static a => (a.attisdropped ? null : a.attname, a.atttypid, a.atttypmod))];

    // A record is made over the given one.
    private PgDatum Field(uint type, int typmod, JsonSource? json, string? column, PgDatum given)
    {
        var catalogType = context.Catalog.Type(type);
        if (catalogType is { typtype: 'd' })
        {
            return Domain(catalogType, json, column, given);
        }

        if (json is null || json.Kind == JsonbKind.Null)
        {
            return PgDatum.Null;
        }

        if (json.Kind != JsonbKind.String)
        {
            if (context.Catalog.ArrayElementType(type) is not 0 and var element)
            {
                return new ArrayReader(this, element, typmod, column).Read(type, json);
            }

            if (catalogType is { typtype: 'c' })
            {
                if (json.Kind != JsonbKind.Object)
                {
                    throw new PgException(
                        SqlState.InvalidParameterValue, $"cannot call populate_composite on {(json.Kind == JsonbKind.Array ? "an array" : "a scalar")}");
                }

                var codec = (RecordCodec)context.Types.GetCodec(type);
                return codec.ToStorage(Fields(Columns(context, type), json, given.IsNull ? null : codec.FromStorage(given.Bytes)));
            }
        }

        return Scalar(type, typmod, json);
    }

    private PgDatum Domain(Catalog.Tables.PgType domain, JsonSource? json, string? column, PgDatum given)
    {
        var (type, typmod) = Base(context, domain);
        var value = Field(type, typmod, json, column, given);
        context.CheckDomain(domain.oid, value);
        return value;
    }

    // The type below all domains, and its modifier.
    private static (uint Type, int Typmod) Base(FunctionContext context, Catalog.Tables.PgType domain)
    {
        while (context.Catalog.Type(domain.typbasetype) is { typtype: 'd' } below)
        {
            domain = below;
        }

        return (domain.typbasetype, domain.typtypmod);
    }

    private PgDatum Scalar(uint type, int typmod, JsonSource json) =>
        context.Types.GetCodec(type).Input(type is TypeOid.Json or TypeOid.Jsonb ? json.Json : json.InputText, typmod, context);

    /// <summary>An array of any number of dimensions, which the first element that is no array settles.</summary>
    private sealed class ArrayReader(JsonPopulate owner, uint element, int typmod, string? column)
    {
        private readonly List<PgDatum> _values = [];
        private readonly List<int> _sizes = [];
        private readonly List<int> _dimensions = [];
        private int _count;

        public PgDatum Read(uint type, JsonSource json)
        {
            Read(json, 1);
            var array = _values.Count == 0
                ? new PgArray(element, [])
                : new PgArray(element, [.. _dimensions], [.. Enumerable.Repeat(1, _dimensions.Count)], [.. _values]);
            return ((ArrayCodec)owner.Codec(type)).ToStorage(array);
        }

        private void Read(JsonSource json, int depth)
        {
            if (json.Kind != JsonbKind.Array)
            {
                throw NotArray(depth - 1);
            }

            if (depth > _sizes.Count)
            {
                _sizes.Add(0);
            }

            _sizes[depth - 1] = 0;
            foreach (var child in json.Elements)
            {
                if (_count == 0 && child.Kind != JsonbKind.Array)
                {
                    Settle(depth);
                }

                if (_count > 0 && depth >= _count)
                {
                    _values.Add(owner.Field(element, typmod, child, null, PgDatum.Null));
                    _sizes[depth - 1]++;
                }
                else
                {
                    Read(child, depth + 1);
                    CheckDimension(depth + 1);
                    _sizes[depth - 1]++;
                }
            }

            if (_count == 0)
            {
                Settle(depth);
            }

            if (depth == 1)
            {
                CheckDimension(1);
            }
        }

        private void Settle(int depth)
        {
            _count = depth > PgArray.MaxDimensions
                ? throw new PgException(
                    SqlState.ProgramLimitExceeded,
                    $"number of array dimensions ({depth}) exceeds the maximum allowed ({PgArray.MaxDimensions})")
                : depth;
            for (var i = 0; i < depth; i++)
            {
                _dimensions.Add(-1);
            }
        }

        private void CheckDimension(int depth)
        {
            if (_dimensions[depth - 1] < 0)
            {
                _dimensions[depth - 1] = _sizes[depth - 1];
            }
            else if (_dimensions[depth - 1] != _sizes[depth - 1])
            {
                throw new PgException(SqlState.InvalidTextRepresentation, "malformed JSON array")
                    .WithDetail("Multidimensional arrays must have sub-arrays with matching dimensions.");
            }
        }

        private PgException NotArray(int depth)
        {
            var error = new PgException(SqlState.InvalidTextRepresentation, "expected JSON array");
            if (depth <= 0)
            {
                return column is null ? error : error.WithHint($"See the value of key \"{column}\".");
            }

            var indexes = string.Concat(_sizes.Take(depth).Select(static s => "[" + s.ToString(CultureInfo.InvariantCulture) + "]"));
            return error.WithHint(column is null ? $"See the array element {indexes}." : $"See the array element {indexes} of key \"{column}\".");
        }
    }

    private PgTypeCodec Codec(uint type) => context.Types.GetCodec(type);
}
