using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Utility;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl.Subscriptions;

/// <summary>WITH (…) of subscriptions: the options that a command takes, null for those that are not given.</summary>
internal sealed class SubscriptionOptions
{
    internal bool? Connect { get; private set; }

    internal bool? Enabled { get; private set; }

    internal bool? CreateSlot { get; private set; }

    internal bool? CopyData { get; private set; }

    internal bool? Refresh { get; private set; }

    internal bool? Binary { get; private set; }

    internal bool? TwoPhase { get; private set; }

    internal bool? DisableOnError { get; private set; }

    internal bool? PasswordRequired { get; private set; }

    internal bool? RunAsOwner { get; private set; }

    internal bool? Failover { get; private set; }

    internal char? Streaming { get; private set; }

    internal string? SynchronousCommit { get; private set; }

    internal string? Origin { get; private set; }

    /// <summary>pg_lsn as text; "0/0" for NONE.</summary>
    internal string? Lsn { get; private set; }

    /// <summary>Whether slot_name is given: NONE leaves <see cref="SlotName"/> null.</summary>
    internal bool HasSlotName { get; private set; }

    internal string? SlotName { get; private set; }

    /// <summary>Reads the options of a command.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">The options.</param>
    /// <param name="allowed">Those that the command takes.</param>
    /// <exception cref="PgException">42601, 22023.</exception>
    internal static SubscriptionOptions Read(PgSession session, IEnumerable<Pg.Node> options, params ReadOnlySpan<string> allowed)
    {
        var result = new SubscriptionOptions();
        var seen = new HashSet<string>();
        foreach (var option in options.Select(static n => n.DefElem))
        {
            if (!allowed.Contains(option.Defname))
            {
                throw new PgException(SqlState.SyntaxError, $"unrecognized subscription parameter: \"{option.Defname}\"");
            }

            if (!seen.Add(option.Defname))
            {
                throw new PgException(SqlState.SyntaxError, "conflicting or redundant options").At(option.Location);
            }

            result.Take(session, option);
        }

        return result;
    }

    private void Take(PgSession session, Pg.DefElem option)
    {
        switch (option.Defname)
        {
            case "connect":
                Connect = OptionValues.Boolean(option);
                break;
            case "enabled":
                Enabled = OptionValues.Boolean(option);
                break;
            case "create_slot":
                CreateSlot = OptionValues.Boolean(option);
                break;
            case "copy_data":
                CopyData = OptionValues.Boolean(option);
                break;
            case "refresh":
                Refresh = OptionValues.Boolean(option);
                break;
            case "binary":
                Binary = OptionValues.Boolean(option);
                break;
            case "two_phase":
                TwoPhase = OptionValues.Boolean(option);
                break;
            case "disable_on_error":
                DisableOnError = OptionValues.Boolean(option);
                break;
            case "password_required":
                PasswordRequired = OptionValues.Boolean(option);
                break;
            case "run_as_owner":
                RunAsOwner = OptionValues.Boolean(option);
                break;
            case "failover":
                Failover = OptionValues.Boolean(option);
                break;
            case "streaming":
                Streaming = OptionValues.TryBoolean(option) switch
                {
                    true => 't',
                    false => 'f',
                    _ => OptionValues.String(option).Equals("parallel", StringComparison.OrdinalIgnoreCase)
                        ? 'p'
                        : throw new PgException(SqlState.SyntaxError, "streaming requires a Boolean value or \"parallel\""),
                };
                break;
            case "synchronous_commit":
                SynchronousCommit = OptionValues.String(option);
                var before = session.GetSetting("synchronous_commit", missingOk: false);
                session.SetSetting("synchronous_commit", SynchronousCommit, isLocal: true);
                session.SetSetting("synchronous_commit", before, isLocal: true);
                break;
            case "origin":
                Origin = OptionValues.String(option).ToLowerInvariant();
                if (Origin is not ("none" or "any"))
                {
                    throw new PgException(SqlState.InvalidParameterValue, $"unrecognized origin value: \"{OptionValues.String(option)}\"");
                }

                break;
            case "slot_name":
                HasSlotName = true;
                var name = OptionValues.String(option);
                SlotName = name == "none" ? null : CheckedSlot(name);
                break;
            case "lsn":
                var lsn = OptionValues.String(option);
                Lsn = lsn == "none" ? "0/0" : CheckedLsn(session, lsn);
                break;
        }
    }

    private static string CheckedLsn(PgSession session, string text)
    {
        var codec = session.Types.GetCodec(TypeOid.PgLsn);
        var value = codec.Input(System.Text.Encoding.UTF8.GetBytes(text), -1, session);
        return text.Trim() is "0/0" ? throw new PgException(SqlState.InvalidParameterValue, $"invalid WAL location (LSN): {text}") : value.GetString();
    }

    private static string CheckedSlot(string name)
    {
        if (name.Length == 0)
        {
            throw new PgException(SqlState.InvalidName, "replication slot name \"\" is too short");
        }

        if (System.Text.Encoding.UTF8.GetByteCount(name) >= 64)
        {
            throw new PgException("42622", $"replication slot name \"{name}\" is too long");
        }

        return name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
            ? name
            : throw new PgException(SqlState.InvalidName, $"replication slot name \"{name}\" contains invalid character")
                .WithHint("Replication slot names may only contain lower case letters, numbers, and the underscore character.");
    }
}
