using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;

namespace PgMicro.Core.Catalog.Dependencies;

/// <summary>How an object came to be deleted.</summary>
[Flags]
internal enum DeletionFlags
{
    None = 0,
    Original = 1,
    Normal = 2,
    Auto = 4,
    Internal = 8,
    Partition = 16,
    Extension = 32,
    Reverse = 64,
    SubObject = 128,

    /// <summary>It belongs to an object of a partitioned table: without that, or its own table, it cannot go.</summary>
    IsPart = 256,
}

/// <summary>
/// The objects that a deletion reaches, dependents first: a walk over pg_depend by PostgreSQL's rules.
/// </summary>
internal sealed class DependentObjects(CatalogSnapshot catalog, IReadOnlyList<ObjectAddress> originals, IReadOnlyList<uint>? searchPath)
{
    internal sealed class Target(ObjectAddress address, DeletionFlags flags, ObjectAddress dependee)
    {
        public ObjectAddress Address { get; } = address;

        public DeletionFlags Flags { get; set; } = flags;

        /// <summary>The object because of which this one goes.</summary>
        public ObjectAddress Dependee { get; } = dependee;
    }

    private sealed class Frame(ObjectAddress address, DeletionFlags flags, Frame? next)
    {
        public ObjectAddress Address { get; } = address;

        public DeletionFlags Flags { get; set; } = flags;

        public Frame? Next { get; } = next;
    }

    // By object; a whole object and its columns may stand side by side.
    private readonly Dictionary<(uint, uint), List<Target>> _byObject = [];

    /// <summary>In the order in which they can be deleted.</summary>
    public List<Target> Targets { get; } = [];

    public void Find(ObjectAddress original) => Find(original, DeletionFlags.Original, null);

    private void Find(ObjectAddress address, DeletionFlags flags, Frame? stack)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsOnStack(address, flags, stack) || IsTarget(address, flags))
        {
            return;
        }

        if (address.ObjectId < BuiltInOids.FirstUnpinnedObjectId && address != ObjectAddress.Namespace(BuiltInOids.PublicNamespace))
        {
            throw new PgException(
                SqlState.DependentObjectsStillExist,
                $"cannot drop {Describe(address)} because it is required by the database system");
        }

        if (FollowOwners(address, flags, stack, out var whole))
        {
            return;
        }

        var frame = new Frame(address, whole is null ? flags : flags | DeletionFlags.IsPart, stack);
        foreach (var (dependent, dependentFlags) in Dependents(address))
        {
            Find(dependent, dependentFlags, frame);
        }

        Add(new Target(address, frame.Flags, whole ?? stack?.Address ?? address));
    }

    // Looks at what the object depends on. An internal part cannot go alone: asked for alone it is an error, reached from elsewhere
    // its owner goes in its place. True when the owner has been dealt with. What a partition has for its table's sake is told apart.
    private bool FollowOwners(ObjectAddress address, DeletionFlags flags, Frame? stack, out ObjectAddress? whole)
    {
        whole = null;
        ObjectAddress? owner = null;
        var isPrimary = false;
        foreach (var depend in catalog.Find(PgDepend.ByDependent, new(address.ClassId, address.ObjectId)))
        {
            if (address.SubId != 0 && depend.objsubid != address.SubId)
            {
                continue;
            }

            var other = new ObjectAddress(depend.refclassid, depend.refobjid, depend.refobjsubid);
            if (other.ClassId == address.ClassId && other.ObjectId == address.ObjectId && address.SubId == 0)
            {
                continue;
            }

            if (depend.deptype is DependencyType.PartitionPrimary or DependencyType.PartitionSecondary && !isPrimary)
            {
                (whole, isPrimary) = (other, depend.deptype == DependencyType.PartitionPrimary);
            }

            if (depend.deptype is not (DependencyType.Internal or DependencyType.Extension))
            {
                continue;
            }

            if (stack is null)
            {
                if (originals.Contains(other))
                {
                    // The owner is to be deleted too and will take this with it.
                    return true;
                }

                owner ??= other;
                continue;
            }

            if (IsOnStack(other, DeletionFlags.None, stack))
            {
                continue;
            }

            Find(other, DeletionFlags.Reverse, stack);
            IsTarget(address, flags);
            return true;
        }

        return owner is null || (whole ?? owner) is not { } required
            ? false
            : throw new PgException(
                SqlState.DependentObjectsStillExist,
                $"cannot drop {Describe(address)} because {Describe(required)} requires it")
                .WithHint($"You can drop {Describe(required)} instead.");
    }

    // Newest first, so that what was made last goes first.
    private List<(ObjectAddress Address, DeletionFlags Flags)> Dependents(ObjectAddress address)
    {
        var result = new List<(ObjectAddress Address, DeletionFlags Flags)>();
        foreach (var depend in catalog.Find(PgDepend.ByReferenced, new(address.ClassId, address.ObjectId)))
        {
            if (address.SubId != 0 && depend.refobjsubid != address.SubId)
            {
                continue;
            }

            var other = new ObjectAddress(depend.classid, depend.objid, depend.objsubid);
            if (other.ClassId == address.ClassId && other.ObjectId == address.ObjectId && address.SubId == 0)
            {
                continue;
            }

            result.Add((other, depend.deptype switch
            {
                DependencyType.Auto or DependencyType.AutoExtension => DeletionFlags.Auto,
                DependencyType.Internal => DeletionFlags.Internal,
                DependencyType.PartitionPrimary or DependencyType.PartitionSecondary => DeletionFlags.Partition,
                DependencyType.Extension => DeletionFlags.Extension,
                _ => DeletionFlags.Normal,
            }));
        }

        result.Sort(static (a, b) =>
        {
            var order = b.Address.ObjectId.CompareTo(a.Address.ObjectId);
            order = order != 0 ? order : a.Address.ClassId.CompareTo(b.Address.ClassId);
            return order != 0 ? order : unchecked((uint)a.Address.SubId).CompareTo(unchecked((uint)b.Address.SubId));
        });
        return result;
    }

    private static bool IsOnStack(ObjectAddress address, DeletionFlags flags, Frame? stack)
    {
        var result = false;
        for (var frame = stack; frame is not null; frame = frame.Next)
        {
            if (frame.Address.ClassId != address.ClassId || frame.Address.ObjectId != address.ObjectId)
            {
                continue;
            }

            if (frame.Address.SubId == address.SubId)
            {
                frame.Flags |= flags;
                result = true;
            }
            else if (frame.Address.SubId == 0)
            {
                result = true;
            }
        }

        return result;
    }

    private bool IsTarget(ObjectAddress address, DeletionFlags flags)
    {
        if (!_byObject.TryGetValue((address.ClassId, address.ObjectId), out var targets))
        {
            return false;
        }

        var result = false;
        foreach (var target in targets)
        {
            if (target.Address.SubId == address.SubId)
            {
                target.Flags |= flags;
                result = true;
            }
            else if (target.Address.SubId == 0)
            {
                result = true;
            }
            else if (address.SubId == 0 && flags != DeletionFlags.None)
            {
                // The whole goes after one of its columns: the column need not be told of.
                target.Flags |= flags | DeletionFlags.SubObject;
            }
        }

        return result;
    }

    private void Add(Target target)
    {
        Targets.Add(target);
        var key = (target.Address.ClassId, target.Address.ObjectId);
        if (!_byObject.TryGetValue(key, out var list))
        {
            _byObject.Add(key, list = []);
        }

        list.Add(target);
    }

    private string? Describe(ObjectAddress address) => ObjectDescriptions.Describe(catalog, address, searchPath);
}
