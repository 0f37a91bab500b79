using System.Globalization;
using System.Text;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>Deletes objects with what depends on them: DROP.</summary>
/// <param name="catalog">The catalog to change.</param>
/// <param name="searchPath">Schemas whose objects messages need not qualify; null for public.</param>
/// <param name="remover">Drops storage.</param>
/// <param name="notice">Takes notices.</param>
public sealed class ObjectDeletion(CatalogBuilder catalog, IReadOnlyList<uint>? searchPath, IObjectRemover remover, Action<PgNotice> notice)
{
    private const int MaxReported = 100;

    /// <summary>Told of what is about to be deleted, in that order.</summary>
    internal Action<IReadOnlyList<DependentObjects.Target>>? Dropping { get; init; }

    /// <summary>Deletes objects.</summary>
    /// <param name="objects">What is dropped by name.</param>
    /// <param name="behavior">Whether others may be dropped with it.</param>
    /// <param name="quietly">Whether cascading is not told of.</param>
    /// <returns>All that was deleted, in order.</returns>
    /// <exception cref="PgException">2BP01 when others depend on it, or when it belongs to another object or to the system.</exception>
    public IReadOnlyList<ObjectAddress> Perform(IReadOnlyList<ObjectAddress> objects, DropBehavior behavior, bool quietly = false)
    {
        var found = new DependentObjects(catalog.Snapshot, objects, searchPath);
        foreach (var address in objects.Distinct())
        {
            found.Find(address);
        }

        Report(found, objects, behavior, quietly);
        Dropping?.Invoke(found.Targets);
        foreach (var target in found.Targets)
        {
            remover.Remove(target.Address, catalog);
            CatalogRemoval.Remove(catalog, target.Address);
        }

        return [.. found.Targets.Select(static t => t.Address)];
    }

    private void Report(DependentObjects found, IReadOnlyList<ObjectAddress> objects, DropBehavior behavior, bool quietly)
    {
        if (found.Targets.Find(static t => (t.Flags & (DeletionFlags.IsPart | DeletionFlags.Partition)) == DeletionFlags.IsPart) is { } part)
        {
            throw new PgException(SqlState.DependentObjectsStillExist, $"cannot drop {Describe(part.Address)} because {Describe(part.Dependee)} requires it")
                .WithHint($"You can drop {Describe(part.Dependee)} instead.");
        }

        var lines = new StringBuilder();
        var reported = 0;
        var unreported = 0;
        for (var i = found.Targets.Count - 1; i >= 0; i--)
        {
            var target = found.Targets[i];
            const DeletionFlags Silent = DeletionFlags.Original | DeletionFlags.SubObject | DeletionFlags.Auto | DeletionFlags.Internal
                | DeletionFlags.Partition | DeletionFlags.Extension;
            if ((target.Flags & Silent) != 0 || Describe(target.Address) is not { } described)
            {
                continue;
            }

            if (reported == MaxReported)
            {
                unreported++;
                continue;
            }

            reported++;
            lines.Append(lines.Length == 0 ? "" : "\n");
            lines.Append(behavior == DropBehavior.Cascade ? $"drop cascades to {described}" : $"{described} depends on {Describe(target.Dependee)}");
        }

        if (unreported > 0)
        {
            lines.Append(CultureInfo.InvariantCulture, $"\nand {unreported} other object{(unreported == 1 ? "" : "s")} (see server log for list)");
        }

        if (reported == 0)
        {
            return;
        }

        if (behavior == DropBehavior.Restrict)
        {
            var message = objects.Count == 1
                ? $"cannot drop {Describe(objects[0])} because other objects depend on it"
                : "cannot drop desired object(s) because other objects depend on them";
            throw new PgException(SqlState.DependentObjectsStillExist, message)
                .WithDetail(lines.ToString())
                .WithHint("Use DROP ... CASCADE to drop the dependent objects too.");
        }

        if (!quietly)
        {
            notice(reported + unreported == 1
                ? new PgNotice("NOTICE", SqlState.SuccessfulCompletion, lines.ToString())
                : new PgNotice(
                    "NOTICE",
                    SqlState.SuccessfulCompletion,
                    string.Create(CultureInfo.InvariantCulture, $"drop cascades to {reported + unreported} other objects"),
                    lines.ToString()));
        }
    }

    private string? Describe(ObjectAddress address) => ObjectDescriptions.Describe(catalog.Snapshot, address, searchPath);
}
