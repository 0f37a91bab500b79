using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Variables;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql.Queries;

/// <summary>The variables that a statement names, as its parameters (PostgreSQL's plpgsql_pre_column_ref and plpgsql_post_column_ref).</summary>
internal sealed class NamedVariables(PlCall call, PlScope? scope, VariableConflict conflict) : INamedParameters
{
    private readonly List<PlSlot> _slots = [];
    private readonly Dictionary<PlRecord, (PlRowType? Type, bool IsNull)> _records = [];

    internal PlCall Call => call;

    internal PlSlot[] Slots => [.. _slots];

    internal (PlRecord, PlRowType?, bool)[] Records => [.. _records.Select(static r => (r.Key, r.Value.Type, r.Value.IsNull))];

    public uint[] Types => [.. _slots.Select(static s => s.Type)];

    public BoundExpr? ResolveFirst(ParseState pstate, Pg.ColumnRef reference) =>
        conflict == VariableConflict.UseVariable ? Find(pstate, reference, failsWithoutField: false) : null;

    public BoundExpr? ResolveNumber(ParseState pstate, Pg.ParamRef reference) =>
        PlScope.Find(scope, [$"${reference.Number}"], out _) is { } datum ? Whole(pstate, datum, reference.Location) : null;

    public BoundExpr? Resolve(ParseState pstate, Pg.ColumnRef reference, BoundExpr? found)
    {
        if (conflict == VariableConflict.UseVariable || (conflict == VariableConflict.UseColumn && found is not null))
        {
            return found;
        }

        var variable = Find(pstate, reference, failsWithoutField: found is null);
        return found is not null && variable is not null
            ? throw new PgException(SqlState.AmbiguousColumn, $"column reference \"{string.Join('.', NamesOf(reference))}\" is ambiguous")
                .WithDetail("It could refer to either a PL/pgSQL variable or a table column.").At(reference.Location)
            : variable ?? found;
    }

    /// <summary>Notes that the plan depends on the type that the target has now.</summary>
    internal void DependOn(PlTarget target)
    {
        if (target is FieldTarget { Record: { RowType: null } record })
        {
            Depend(record);
        }
    }

    /// <summary>The value that an assignment to a part of it starts from.</summary>
    internal BoundExpr Parameter(PlTarget target, int location)
    {
        var pstate = new ParseState(call.Session.Catalog, call.Session.SearchPath(includeImplicit: true), call.Session);
        return target switch
        {
            FieldTarget field => Field(pstate, field.Record, field.Field, location, fails: true)!,
            _ => Whole(pstate, target.Datum, location),
        };
    }

    private static string[] NamesOf(Pg.ColumnRef reference) => [.. reference.Fields.Where(static f => f.String is not null).Select(static f => f.String.Sval)];

    private BoundExpr? Find(ParseState pstate, Pg.ColumnRef reference, bool failsWithoutField)
    {
        var names = NamesOf(reference);
        var isStar = names.Length < reference.Fields.Count;
        if (names.Length is 0 or > 3 || PlScope.Find(scope, names, out var used) is not { } datum)
        {
            return null;
        }

        return used == names.Length ? (isStar && datum is not PlRecord ? null : Whole(pstate, datum, reference.Location))
            : used == names.Length - 1 && !isStar && datum is PlRecord record ? Field(pstate, record, names[^1], reference.Location, failsWithoutField)
            : null;
    }

    private BoundExpr Whole(ParseState pstate, PlDatum datum, int location)
    {
        if (datum is PlVariable variable)
        {
            return Slot(pstate, variable, -1, variable.Type, variable.Typmod, variable.Collation, location);
        }

        var record = (PlRecord)datum;
        if (record.RowType is not null)
        {
            return Slot(pstate, record, -1, record.DeclaredType, -1, 0, location);
        }

        var row = Depend(record);
        if (row is null || row.IsNull || row.Type.Type != TypeOid.Record)
        {
            return Slot(pstate, record, -1, row?.Type.Type ?? TypeOid.Record, -1, 0, location);
        }

        // So that its fields are known to whatever asks for them.
        var result = new BoundRowExpr { Type = TypeOid.Record, RowFormat = CoercionForm.ExplicitCall, Location = location };
        for (var i = 0; i < row.Type.Count; i++)
        {
            result.Args.Add(Slot(pstate, record, i, row.Type.Shape.Types[i], row.Type.Shape.Typmods[i], 0, location));
            result.ColNames.Add(row.Type.Shape.Names[i]);
        }

        return result;
    }

    private BoundParam? Field(ParseState pstate, PlRecord record, string name, int location, bool fails)
    {
        var type = record.RowType;
        if (type is null)
        {
            type = Depend(record)?.Type;
            if (type is null)
            {
                return fails ? throw NotAssigned(record.Name) : null;
            }
        }

        var index = type.IndexOf(name);
        return index >= 0 ? Slot(pstate, record, index, type.Shape.Types[index], type.Shape.Typmods[index], 0, location)
            : fails ? throw NoField(record.Name, name) : null;
    }

    internal static PgException NoField(string record, string field) => new(SqlState.UndefinedColumn, $"record \"{record}\" has no field \"{field}\"");

    internal static PgException NotAssigned(string record) =>
        new PgException(SqlState.ObjectNotInPrerequisiteState, $"record \"{record}\" is not assigned yet")
            .WithDetail("The tuple structure of a not-yet-assigned record is indeterminate.");

    private PlRow? Depend(PlRecord record)
    {
        var row = call.Cells[record.Number].Row;
        _records[record] = (row?.Type, row?.IsNull ?? false);
        return row;
    }

    private BoundParam Slot(ParseState pstate, PlDatum datum, int field, uint type, int typmod, uint collation, int location)
    {
        // A literal that nothing has given a type, as a field of a row.
        type = type == TypeOid.Unknown ? TypeOid.Text : type;
        var slot = new PlSlot(datum, field, type);
        var index = _slots.IndexOf(slot);
        if (index < 0)
        {
            index = _slots.Count;
            _slots.Add(slot);
        }

        return new BoundParam
        {
            Kind = ParamKind.Extern,
            ParamId = index + 1,
            Type = type,
            Typmod = typmod,
            Collation = collation != 0 ? collation : TypeFacts.Collation(pstate.Catalog, type),
            Location = location,
        };
    }
}
