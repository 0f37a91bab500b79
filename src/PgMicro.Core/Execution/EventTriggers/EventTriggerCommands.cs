using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.EventTriggers;

/// <summary>CREATE and ALTER EVENT TRIGGER (manual: "CREATE EVENT TRIGGER").</summary>
internal static class EventTriggerCommands
{
    internal static string Create(DdlContext ddl, Pg.CreateEventTrigStmt statement)
    {
        if (!RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to create event trigger \"{statement.Trigname}\"")
                .WithHint("Must be superuser to create an event trigger.");
        }

        if (statement.Eventname is not ("ddl_command_start" or "ddl_command_end" or "sql_drop" or "login" or "table_rewrite"))
        {
            throw new PgException(SqlState.SyntaxError, $"unrecognized event name \"{statement.Eventname}\"");
        }

        var tags = Tags(statement);
        RequireFree(ddl, statement.Trigname);
        var function = FindFunction(ddl, statement);
        if (statement.Eventname == "login")
        {
            throw PgErrors.FeatureNotSupported("a login event trigger");
        }

        var row = ddl.Put(new PgEventTrigger
        {
            oid = ddl.NewOid(),
            evtname = statement.Trigname,
            evtevent = statement.Eventname,
            evtowner = ddl.Owner,
            evtfoid = function,
            evtenabled = 'O',
            evttags = tags,
        });
        ddl.Depend(new(PgEventTrigger.RelationOid, row.oid), ObjectAddress.Function(function));
        return "CREATE EVENT TRIGGER";
    }

    /// <summary>ALTER EVENT TRIGGER … ENABLE or DISABLE.</summary>
    internal static string Alter(DdlContext ddl, Pg.AlterEventTrigStmt statement)
    {
        var row = ddl.Catalog.Find(PgEventTrigger.ByName, new(Name: statement.Trigname)) is [var found, ..]
            ? found
            : throw new PgException(SqlState.UndefinedObject, $"event trigger \"{statement.Trigname}\" does not exist");
        Owners.RequireOwner(ddl, row.evtowner, "event trigger", row.evtname);
        ddl.Put(row with { evtenabled = statement.Tgenabled[0] });
        return "ALTER EVENT TRIGGER";
    }

    internal static void Rename(DdlContext ddl, PgEventTrigger row, string name)
    {
        Owners.RequireOwner(ddl, row.evtowner, "event trigger", row.evtname);
        RequireFree(ddl, name);
        ddl.Put(row with { evtname = name });
    }

    internal static void ChangeOwner(DdlContext ddl, PgEventTrigger row, uint owner)
    {
        if (row.evtowner == owner)
        {
            return;
        }

        Owners.RequireOwner(ddl, row.evtowner, "event trigger", row.evtname);
        if (!RoleMembership.IsSuperuser(ddl.Catalog, owner))
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to change owner of event trigger \"{row.evtname}\"")
                .WithHint("The owner of an event trigger must be a superuser.");
        }

        ddl.Put(row with { evtowner = owner });
    }

    private static string[]? Tags(Pg.CreateEventTrigStmt statement)
    {
        Pg.List? values = null;
        foreach (var filter in statement.Whenclause.Select(static n => n.DefElem))
        {
            if (filter.Defname != "tag")
            {
                throw new PgException(SqlState.SyntaxError, $"unrecognized filter variable \"{filter.Defname}\"");
            }

            values = values is null
                ? filter.Arg.List
                : throw new PgException(SqlState.SyntaxError, "filter variable \"tag\" specified more than once");
        }

        if (values is null)
        {
            return null;
        }

        if (statement.Eventname == "login")
        {
            throw new PgException(SqlState.FeatureNotSupported, "tag filtering is not supported for login event triggers");
        }

        var tags = DdlContext.Names(values.Items);
        foreach (var tag in tags)
        {
            var upper = tag.ToUpperInvariant();
            if (statement.Eventname == "table_rewrite" ? !EventTriggerTags.Rewrites(upper) : EventTriggerTags.Fires(upper) == false)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"event triggers are not supported for {tag}");
            }

            if (EventTriggerTags.Fires(upper) is null)
            {
                throw new PgException(SqlState.SyntaxError, $"filter value \"{tag}\" not recognized for filter variable \"tag\"");
            }
        }

        return [.. tags.Select(static t => t.ToUpperInvariant())];
    }

    private static uint FindFunction(DdlContext ddl, Pg.CreateEventTrigStmt statement)
    {
        var names = DdlContext.Names(statement.Funcname);
        var (schema, name) = NamespaceLookup.Deconstruct(names);
        var path = schema is null ? ddl.LookupPath() : [ddl.FindSchema(schema).oid];
        foreach (var space in path)
        {
            if (ddl.Catalog.ProcsByName(name).FirstOrDefault(p => p.pronamespace == space && p.pronargs == 0) is { } proc)
            {
                return proc.prorettype == TypeOid.EventTrigger
                    ? proc.oid
                    : throw new PgException(SqlState.InvalidObjectDefinition, $"function {string.Join('.', names)} must return type event_trigger");
            }
        }

        throw new PgException(SqlState.UndefinedFunction, $"function {string.Join('.', names)}() does not exist");
    }

    private static void RequireFree(DdlContext ddl, string name)
    {
        if (ddl.Catalog.Find(PgEventTrigger.ByName, new(Name: name)).Length > 0)
        {
            throw new PgException(SqlState.DuplicateObject, $"event trigger \"{name}\" already exists");
        }
    }
}
