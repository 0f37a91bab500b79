using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution;

/// <content>Constraints of domains inside other values: elements of arrays, fields of rows.</content>
public sealed partial class PgSession
{
    private readonly Dictionary<uint, (Catalog.CatalogSnapshot Catalog, string? Sql)> _domainChecks = [];

    /// <inheritdoc/>
    public override void CheckDomain(uint domain, in PgDatum value)
    {
        if (!_domainChecks.TryGetValue(domain, out var known) || !ReferenceEquals(known.Catalog, Catalog))
        {
            known = (Catalog, CheckOf(domain));
            _domainChecks[domain] = known;
        }

        if (known.Sql is not { } sql)
        {
            return;
        }

        using var statement = Connection.Prepare(sql);
        switch (value.Kind)
        {
            case DatumKind.Integer:
                statement.BindInt64(1, value.Int64);
                break;
            case DatumKind.Real:
                statement.BindDouble(1, value.Double);
                break;
            case DatumKind.Text:
                statement.BindText(1, value.Bytes);
                break;
            case DatumKind.Blob:
                statement.BindBlob(1, value.Bytes);
                break;
        }

        statement.Step();
    }

    private string? CheckOf(uint domain)
    {
        var constrained = false;
        for (var type = domain; Catalog.Type(type) is { typtype: 'd' } row; type = row.typbasetype)
        {
            constrained |= row.typnotnull || Catalog.ConstraintsOfType(type).Any(static c => c.contype == 'c');
        }

        if (!constrained)
        {
            return null;
        }

        var root = Catalog.GetBaseType(domain);
        var check = new BoundCoerceToDomain
        {
            Arg = new BoundParam { Kind = ParamKind.Extern, ParamId = 1, Type = root },
            Type = domain,
        };
        return "SELECT " + QueryLowering.LowerExpression(check, new LoweringContext(Catalog, Types), static (_, _) => "NULL").Sql;
    }
}
