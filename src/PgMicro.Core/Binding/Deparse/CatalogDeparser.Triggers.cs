using System.Text;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Binding.Deparse;

/// <content>pg_get_triggerdef.</content>
public sealed partial class CatalogDeparser
{
    /// <summary>pg_get_triggerdef; null when there is no such trigger.</summary>
    /// <param name="triggerOid">The trigger.</param>
    /// <param name="qualified">Whether the table's schema is named even where it need not be.</param>
    public string? TriggerDef(uint triggerOid, bool qualified)
    {
        if (_catalog.Find(PgTrigger.Relation, new(triggerOid)) is not { } trigger || _catalog.Class(trigger.tgrelid) is not { } table)
        {
            return null;
        }

        var text = new StringBuilder("CREATE ").Append(trigger.tgconstraint != 0 ? "CONSTRAINT " : "").Append("TRIGGER ").Append(Identifiers.Quote(trigger.tgname))
            .Append((trigger.tgtype & 2) != 0 ? " BEFORE" : (trigger.tgtype & 64) != 0 ? " INSTEAD OF" : " AFTER");
        text.Append(' ').AppendJoin(" OR ", Events(trigger)).Append(" ON ")
            .Append(Identifiers.QuoteQualified(qualified ? SchemaOf(table) : SchemaUnlessVisible(table), table.relname)).Append(' ');
        if (trigger.tgconstraint != 0)
        {
            if (_catalog.Class(trigger.tgconstrrelid) is { } other)
            {
                text.Append("FROM ").Append(Identifiers.QuoteQualified(SchemaUnlessVisible(other), other.relname)).Append(' ');
            }

            text.Append(trigger.tgdeferrable ? "" : "NOT ").Append("DEFERRABLE INITIALLY ").Append(trigger.tginitdeferred ? "DEFERRED " : "IMMEDIATE ");
        }

        if (trigger.tgoldtable is not null || trigger.tgnewtable is not null)
        {
            text.Append("REFERENCING ").Append(trigger.tgoldtable is { } old ? $"OLD TABLE AS {Identifiers.Quote(old)} " : "")
                .Append(trigger.tgnewtable is { } @new ? $"NEW TABLE AS {Identifiers.Quote(@new)} " : "");
        }

        text.Append((trigger.tgtype & 1) != 0 ? "FOR EACH ROW " : "FOR EACH STATEMENT ");
        if (trigger.tgqual is { } when)
        {
            text.Append("WHEN (").Append(ExpressionDeparser.Deparse(BoundTreeSerializer.DeserializeExpr(when), OverOldAndNew(table))).Append(") ");
        }

        return text.Append("EXECUTE FUNCTION ").Append(TriggerFunction(trigger)).Append('(')
            .AppendJoin(", ", Arguments(trigger).Select(ExpressionDeparser.Literal)).Append(')').ToString();
    }

    private List<string> Events(PgTrigger trigger)
    {
        var events = new List<string>();
        void Add(int bit, string name)
        {
            if ((trigger.tgtype & bit) != 0)
            {
                events.Add(name);
            }
        }

        Add(4, "INSERT");
        Add(8, "DELETE");
        Add(16, trigger.tgattr.Length == 0 ? "UPDATE" : "UPDATE OF " + Columns(trigger.tgrelid, trigger.tgattr));
        Add(32, "TRUNCATE");
        return events;
    }

    private static IEnumerable<string> Arguments(PgTrigger trigger) =>
        Encoding.UTF8.GetString(trigger.tgargs).Split('\0').Take(trigger.tgnargs);

    private string TriggerFunction(PgTrigger trigger)
    {
        var function = _catalog.Proc(trigger.tgfoid)!;
        var state = new ParseState(_catalog, _searchPath, _types);
        var isFound = FunctionResolution.FuncGetDetail(state, [function.proname], null, [], [], expandVariadic: true, expandDefaults: true, -1).Proc?.oid == function.oid;
        return Identifiers.QuoteQualified(isFound ? null : _catalog.Namespace(function.pronamespace)?.nspname, function.proname);
    }

    private DeparseContext OverOldAndNew(PgClass table)
    {
        var column = DeparseContext.ColumnsOf(_catalog, table.oid);
        return new()
        {
            Catalog = _catalog,
            TypeContext = _types,
            SearchPath = _searchPath,
            ColumnName = v => (v.Varno == 1 ? "old." : "new.") + (v.Varattno == 0 ? "*" : column(v)),
            PrettyParens = _pretty,
        };
    }
}
