using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Kind = PgQuery.AlterSubscriptionType;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Subscriptions;

/// <summary>
/// CREATE, ALTER and DROP SUBSCRIPTION. A subscription is kept as what was said of it: nothing here connects to a publisher, so whatever would is refused.
/// </summary>
internal static class SubscriptionCommands
{
    internal static string Create(DdlContext ddl, Pg.CreateSubscriptionStmt statement)
    {
        var options = SubscriptionOptions.Read(
            ddl.Session, statement.Options, "connect", "enabled", "create_slot", "slot_name", "copy_data", "synchronous_commit", "binary", "streaming", "two_phase",
            "disable_on_error", "password_required", "run_as_owner", "failover", "origin");
        CheckOptions(options);
        var connects = options.Connect != false;
        if (connects && options.CreateSlot != false)
        {
            ddl.Session.RejectInBlock("CREATE SUBSCRIPTION ... WITH (create_slot = true)", isWritingItself: true);
        }

        RequireMayCreate(ddl);
        if (options.PasswordRequired == false)
        {
            RequireSuperuserForPassword(ddl);
        }

        if (ddl.Catalog.Find(PgSubscription.ByName, new(Name: statement.Subname)).Length > 0)
        {
            throw Exists(statement.Subname);
        }

        CheckConnection(ddl, statement.Conninfo, options.PasswordRequired != false);
        var publications = Names(statement.Publication);
        if (connects)
        {
            throw PgErrors.FeatureNotSupported("CREATE SUBSCRIPTION without connect = false: a connection to a publisher");
        }

        ddl.Put(new PgSubscription
        {
            oid = ddl.NewOid(),
            subdbid = ddl.Catalog.Database.oid,
            subskiplsn = "0/0",
            subname = statement.Subname,
            subowner = ddl.Owner,
            subbinary = options.Binary == true,
            substream = options.Streaming ?? 'f',
            subtwophasestate = options.TwoPhase == true ? 'p' : 'd',
            subdisableonerr = options.DisableOnError == true,
            subpasswordrequired = options.PasswordRequired != false,
            subrunasowner = options.RunAsOwner == true,
            subfailover = options.Failover == true,
            subconninfo = statement.Conninfo,
            subslotname = options.HasSlotName ? options.SlotName : statement.Subname,
            subsynccommit = options.SynchronousCommit ?? "off",
            subpublications = publications,
            suborigin = options.Origin ?? "any",
        });
        ddl.Notice(
            "subscription was created, but is not connected", "WARNING", "01000",
            hint: "To initiate replication, you must manually create the replication slot, enable the subscription, and refresh the subscription.");
        return "CREATE SUBSCRIPTION";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterSubscriptionStmt statement)
    {
        var row = Find(ddl, statement.Subname);
        Owners.RequireOwner(ddl, row.subowner, "subscription", row.subname);
        if (!row.subpasswordrequired)
        {
            RequireSuperuserForPassword(ddl);
        }

        ddl.Put(statement.Kind switch
        {
            Kind.AlterSubscriptionOptions => WithOptions(ddl, row, statement.Options),
            Kind.AlterSubscriptionEnabled => Enable(ddl, row, statement.Options),
            Kind.AlterSubscriptionConnection => WithConnection(ddl, row, statement.Conninfo),
            Kind.AlterSubscriptionSetPublication or Kind.AlterSubscriptionAddPublication or Kind.AlterSubscriptionDropPublication => WithPublications(ddl, row, statement),
            Kind.AlterSubscriptionSkip => Skip(ddl, row, statement.Options),
            _ => throw (row.subenabled
                ? PgErrors.FeatureNotSupported("ALTER SUBSCRIPTION REFRESH PUBLICATION: a connection to a publisher")
                : new PgException(SqlState.ObjectNotInPrerequisiteState, "ALTER SUBSCRIPTION ... REFRESH is not allowed for disabled subscriptions")),
        });
        ddl.Collect("ALTER SUBSCRIPTION", new(PgSubscription.RelationOid, row.oid));
        return "ALTER SUBSCRIPTION";
    }

    internal static string Drop(DdlContext ddl, Pg.DropSubscriptionStmt statement)
    {
        if (ddl.Catalog.Find(PgSubscription.ByName, new(Name: statement.Subname)) is not [var row, ..])
        {
            if (!statement.MissingOk)
            {
                throw Missing(statement.Subname);
            }

            ddl.Notice($"subscription \"{statement.Subname}\" does not exist, skipping");
            return "DROP SUBSCRIPTION";
        }

        Owners.RequireOwner(ddl, row.subowner, "subscription", row.subname);
        if (row.subslotname is not null)
        {
            ddl.Session.RejectInBlock("DROP SUBSCRIPTION", isWritingItself: true);
            throw new PgException(
                SqlState.FeatureNotSupported, $"dropping replication slot \"{row.subslotname}\" of subscription \"{row.subname}\" is not supported: a connection to a publisher")
                .WithHint("Use ALTER SUBSCRIPTION ... SET (slot_name = NONE) to disassociate it from the slot.");
        }

        ddl.NoteDrop(new ObjectAddress(PgSubscription.RelationOid, row.oid));
        CatalogRemoval.Remove(ddl.Builder, new(PgSubscription.RelationOid, row.oid));
        return "DROP SUBSCRIPTION";
    }

    internal static void Rename(DdlContext ddl, PgSubscription row, string name)
    {
        Owners.RequireOwner(ddl, row.subowner, "subscription", row.subname);
        RequireCreate(ddl, ddl.Owner);
        if (ddl.Catalog.Find(PgSubscription.ByName, new(Name: name)).Length > 0)
        {
            throw Exists(name);
        }

        if (!row.subpasswordrequired)
        {
            RequireSuperuserForPassword(ddl);
        }

        ddl.Put(row with { subname = name });
    }

    internal static void ChangeOwner(DdlContext ddl, PgSubscription row, uint owner)
    {
        if (row.subowner == owner)
        {
            return;
        }

        Owners.RequireOwner(ddl, row.subowner, "subscription", row.subname);
        if (!row.subpasswordrequired)
        {
            RequireSuperuserForPassword(ddl);
        }

        Owners.RequireMayGive(ddl, owner);
        RequireCreate(ddl, ddl.Owner);
        ddl.Put(row with { subowner = owner });
    }

    /// <summary>A subscription by its name.</summary>
    /// <exception cref="PgException">42704.</exception>
    internal static PgSubscription Find(DdlContext ddl, string name) => ddl.Catalog.Find(PgSubscription.ByName, new(Name: name)) is [var row, ..] ? row : throw Missing(name);

    private static void CheckOptions(SubscriptionOptions options)
    {
        static PgException Exclusive(string one, string other) => new(SqlState.SyntaxError, $"{one} and {other} are mutually exclusive options");
        if (options.Connect == false)
        {
            foreach (var (value, name) in new[] { (options.Enabled, "enabled"), (options.CreateSlot, "create_slot"), (options.CopyData, "copy_data") })
            {
                if (value == true)
                {
                    throw Exclusive("connect = false", $"{name} = true");
                }
            }
        }

        if (options.HasSlotName && options.SlotName is null)
        {
            var (enabled, creates) = (options.Connect == false ? false : options.Enabled ?? true, options.Connect == false ? false : options.CreateSlot ?? true);
            if (enabled)
            {
                throw options.Enabled is not null ? Exclusive("slot_name = NONE", "enabled = true")
                    : new PgException(SqlState.SyntaxError, "subscription with slot_name = NONE must also set enabled = false");
            }

            if (creates)
            {
                throw options.CreateSlot is not null ? Exclusive("slot_name = NONE", "create_slot = true")
                    : new PgException(SqlState.SyntaxError, "subscription with slot_name = NONE must also set create_slot = false");
            }
        }
    }

    private static PgSubscription WithOptions(DdlContext ddl, PgSubscription row, IEnumerable<Pg.Node> given)
    {
        var options = SubscriptionOptions.Read(
            ddl.Session, given, "slot_name", "synchronous_commit", "binary", "streaming", "disable_on_error", "password_required", "run_as_owner", "failover", "origin");
        if (options.HasSlotName && options.SlotName is null && row.subenabled)
        {
            throw new PgException(SqlState.SyntaxError, "cannot set slot_name = NONE for enabled subscription");
        }

        if (options.PasswordRequired is not null && !IsSuperuser(ddl))
        {
            RequireSuperuserForPassword(ddl);
        }

        if (options.Failover is not null)
        {
            ddl.Session.RejectInBlock("ALTER SUBSCRIPTION ... SET (failover)", isWritingItself: true);
            throw PgErrors.FeatureNotSupported("ALTER SUBSCRIPTION SET (failover): a connection to a publisher");
        }

        return row with
        {
            subslotname = options.HasSlotName ? options.SlotName : row.subslotname,
            subsynccommit = options.SynchronousCommit ?? row.subsynccommit,
            subbinary = options.Binary ?? row.subbinary,
            substream = options.Streaming ?? row.substream,
            subdisableonerr = options.DisableOnError ?? row.subdisableonerr,
            subpasswordrequired = options.PasswordRequired ?? row.subpasswordrequired,
            subrunasowner = options.RunAsOwner ?? row.subrunasowner,
            suborigin = options.Origin ?? row.suborigin,
        };
    }

    private static PgSubscription Enable(DdlContext ddl, PgSubscription row, IEnumerable<Pg.Node> given)
    {
        if (SubscriptionOptions.Read(ddl.Session, given, "enabled").Enabled != true)
        {
            return row with { subenabled = false };
        }

        throw row.subslotname is null
            ? new PgException(SqlState.ObjectNotInPrerequisiteState, "cannot enable subscription that does not have a slot name")
            : PgErrors.FeatureNotSupported("ALTER SUBSCRIPTION ENABLE: a connection to a publisher");
    }

    private static PgSubscription WithConnection(DdlContext ddl, PgSubscription row, string conninfo)
    {
        CheckConnection(ddl, conninfo, row.subpasswordrequired);
        return row with { subconninfo = conninfo };
    }

    private static PgSubscription WithPublications(DdlContext ddl, PgSubscription row, Pg.AlterSubscriptionStmt statement)
    {
        var options = statement.Kind == Kind.AlterSubscriptionDropPublication
            ? SubscriptionOptions.Read(ddl.Session, statement.Options, "refresh")
            : SubscriptionOptions.Read(ddl.Session, statement.Options, "copy_data", "refresh");
        var names = Names(statement.Publication);
        var (publications, word) = statement.Kind switch
        {
            Kind.AlterSubscriptionAddPublication => ([.. row.subpublications, .. names.Select(n => !row.subpublications.Contains(n) ? n
                : throw new PgException(SqlState.DuplicateObject, $"publication \"{n}\" is already in subscription \"{row.subname}\""))], "ADD"),
            Kind.AlterSubscriptionDropPublication => (Without(row, names), "DROP"),
            _ => (names, "SET"),
        };
        if (options.Refresh != false)
        {
            throw row.subenabled
                ? PgErrors.FeatureNotSupported("ALTER SUBSCRIPTION with refresh: a connection to a publisher")
                : new PgException(SqlState.ObjectNotInPrerequisiteState, "ALTER SUBSCRIPTION with refresh is not allowed for disabled subscriptions")
                    .WithHint($"Use ALTER SUBSCRIPTION ... {word} PUBLICATION ... WITH (refresh = false).");
        }

        return row with { subpublications = publications };
    }

    private static string[] Without(PgSubscription row, string[] names)
    {
        foreach (var name in names)
        {
            if (!row.subpublications.Contains(name))
            {
                throw new PgException(SqlState.InvalidObjectDefinition, $"publication \"{name}\" is not in subscription \"{row.subname}\"");
            }
        }

        string[] left = [.. row.subpublications.Except(names)];
        return left.Length > 0 ? left : throw new PgException(SqlState.InvalidObjectDefinition, "cannot drop all the publications from a subscription");
    }

    private static PgSubscription Skip(DdlContext ddl, PgSubscription row, IEnumerable<Pg.Node> given)
    {
        var options = SubscriptionOptions.Read(ddl.Session, given, "lsn");
        if (!IsSuperuser(ddl))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "must be superuser to skip transaction");
        }

        return row with { subskiplsn = options.Lsn ?? row.subskiplsn };
    }

    private static string[] Names(IEnumerable<Pg.Node> publications)
    {
        var names = new List<string>();
        foreach (var name in publications.Select(static n => n.String.Sval))
        {
            if (names.Contains(name))
            {
                throw new PgException(SqlState.DuplicateObject, $"publication name \"{name}\" used more than once");
            }

            names.Add(name);
        }

        return [.. names];
    }

    private static void CheckConnection(DdlContext ddl, string conninfo, bool requiresPassword)
    {
        if (!ConnectionString.HasPassword(conninfo) && requiresPassword && !IsSuperuser(ddl))
        {
            throw new PgException("2F003", "password is required").WithDetail("Non-superusers must provide a password in the connection string.");
        }
    }

    private static void RequireMayCreate(DdlContext ddl)
    {
        if (!(ddl.Catalog.FindRole("pg_create_subscription") is { } needed && RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, needed.oid)))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "permission denied to create subscription")
                .WithDetail("Only roles with privileges of the \"pg_create_subscription\" role may create subscriptions.");
        }

        RequireCreate(ddl, ddl.Owner);
    }

    private static void RequireCreate(DdlContext ddl, uint role)
    {
        var database = ddl.Catalog.Database;
        if (PrivilegeCheck.OnList(ddl.Catalog, 'd', database.datacl, database.datdba, role, AclMode.Create) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for database {ddl.Catalog.DatabaseName}");
        }
    }

    private static void RequireSuperuserForPassword(DdlContext ddl)
    {
        if (!IsSuperuser(ddl))
        {
            throw new PgException(SqlState.InsufficientPrivilege, "password_required=false is superuser-only")
                .WithHint("Subscriptions with the password_required option set to false may only be created or modified by the superuser.");
        }
    }

    private static bool IsSuperuser(DdlContext ddl) => RoleMembership.IsSuperuser(ddl.Catalog, ddl.Owner);

    private static PgException Exists(string name) => new(SqlState.DuplicateObject, $"subscription \"{name}\" already exists");

    private static PgException Missing(string name) => new(SqlState.UndefinedObject, $"subscription \"{name}\" does not exist");
}
