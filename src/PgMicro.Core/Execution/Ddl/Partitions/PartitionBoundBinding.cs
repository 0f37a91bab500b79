using Google.Protobuf.Collections;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Partitioning;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Partitions;

/// <summary>FOR VALUES: the bound that a text says (transformPartitionBound).</summary>
internal sealed class PartitionBoundBinding(DdlContext ddl, PartitionKey key)
{
    /// <summary>Analyses a bound of a partition of the key's table.</summary>
    internal BoundPartitionBound Bind(Pg.PartitionBoundSpec spec)
    {
        var result = new BoundPartitionBound { Strategy = key.Strategy, IsDefault = spec.IsDefault, Location = spec.Location };
        if (spec.IsDefault)
        {
            return key.Strategy == 'h'
                ? throw Error("a hash-partitioned table may not have a default partition")
                : result;
        }

        if (spec.Strategy.Length == 0 || spec.Strategy[0] != key.Strategy)
        {
            throw Error(key.Strategy switch
            {
                'h' => "invalid bound specification for a hash partition",
                'l' => "invalid bound specification for a list partition",
                _ => "invalid bound specification for a range partition",
            }).At(spec.Location);
        }

        switch (key.Strategy)
        {
            case 'h':
                (result.Modulus, result.Remainder) = (spec.Modulus, spec.Remainder);
                if (spec.Modulus <= 0)
                {
                    throw Error("modulus for hash partition must be an integer value greater than zero");
                }

                if (spec.Remainder < 0)
                {
                    throw Error("remainder for hash partition must be an integer value greater than or equal to zero");
                }

                if (spec.Remainder >= spec.Modulus)
                {
                    throw Error("remainder for hash partition must be less than modulus");
                }

                break;
            case 'l':
                BindList(spec.Listdatums, result.ListDatums);
                break;
            default:
                BindRange(spec, result);
                break;
        }

        return result;
    }

    private static PgException Error(string message) => new(SqlState.InvalidTableDefinition, message);

    private void BindList(RepeatedField<Pg.Node> datums, List<BoundConst> result)
    {
        foreach (var datum in datums)
        {
            var value = Value(datum, 0);
            if (!result.Exists(r => r.Value.IsNull ? value.Value.IsNull : !value.Value.IsNull && key.Columns[0].Codec.CompareValues(r.Value, value.Value) == 0))
            {
                result.Add(value);
            }
        }
    }

    private void BindRange(Pg.PartitionBoundSpec spec, BoundPartitionBound result)
    {
        if (spec.Lowerdatums.Count != key.Columns.Length)
        {
            throw Error("FROM must specify exactly one value per partitioning column");
        }

        if (spec.Upperdatums.Count != key.Columns.Length)
        {
            throw Error("TO must specify exactly one value per partitioning column");
        }

        result.LowerDatums = BindRange(spec.Lowerdatums);
        result.UpperDatums = BindRange(spec.Upperdatums);
    }

    private List<BoundRangeDatum> BindRange(RepeatedField<Pg.Node> datums)
    {
        var result = new List<BoundRangeDatum>();
        for (var i = 0; i < datums.Count; i++)
        {
            // MINVALUE and MAXVALUE are words of the expression grammar.
            BoundRangeDatum datum;
            if (InfiniteKind(datums[i]) is { } kind)
            {
                datum = new BoundRangeDatum { Kind = kind, Location = datums[i].ColumnRef.Location };
            }
            else
            {
                var value = Value(datums[i], i);
                datum = value.Value.IsNull
                    ? throw new PgException(SqlState.InvalidObjectDefinition, "cannot specify NULL in range bound")
                    : new BoundRangeDatum { Kind = RangeDatumKind.Value, Value = value, Location = value.Location };
            }

            if (result.Count > 0 && result[^1].Kind is not RangeDatumKind.Value && result[^1].Kind != datum.Kind)
            {
                throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"every bound following {(result[^1].Kind == RangeDatumKind.MinValue ? "MINVALUE" : "MAXVALUE")} must also be {(result[^1].Kind == RangeDatumKind.MinValue ? "MINVALUE" : "MAXVALUE")}").At(datum.Location);
            }

            result.Add(datum);
        }

        return result;
    }

    private static RangeDatumKind? InfiniteKind(Pg.Node node) => node is { NodeCase: Pg.Node.NodeOneofCase.ColumnRef, ColumnRef.Fields: [{ String.Sval: { } name }] }
        ? name switch
        {
            "minvalue" => RangeDatumKind.MinValue,
            "maxvalue" => RangeDatumKind.MaxValue,
            _ => null,
        }
        : null;

    // transformPartitionBoundValue: computed here and now.
    private BoundConst Value(Pg.Node raw, int place)
    {
        var column = key.Columns[place];
        var pstate = DdlExpressions.NewParseState(ddl);
        var expr = ExpressionBinder.Transform(pstate, raw, ParseExprKind.PartitionBound);
        var location = RawLocation.Of(raw);
        var coerced = Coercion.CoerceToTargetType(pstate, expr, expr.Type, column.Type, column.Expr.Typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
            ?? throw new PgException(
                SqlState.DatatypeMismatch,
                $"specified value cannot be cast to type {DdlExpressions.FormatType(ddl, column.Type)} for column \"{ColumnName(column)}\"").At(location);
        Collations.Assign(pstate, coerced);
        return new BoundConst
        {
            Type = column.Type,
            Typmod = column.Expr.Typmod,
            Collation = column.Collation,
            Value = coerced is BoundConst constant ? constant.Value : Planner.Evaluate(ddl.Session, coerced),
            Location = location,
        };
    }

    private string ColumnName(PartitionKeyColumn column) => column.Number != 0
        ? ddl.Catalog.Attribute(key.Table, column.Number)!.attname
        : new CatalogDeparser(ddl.Catalog, ddl.Session, ddl.LookupPath(), pretty: false).Expr(column.Expr, key.Table);
}
