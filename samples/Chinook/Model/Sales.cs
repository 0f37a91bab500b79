namespace Chinook.Model;

internal sealed class Customer
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    /// <summary>Kept as one jsonb column.</summary>
    public Contact Contact { get; set; } = new();

    /// <summary>PostgreSQL's xmin: a lost update is a DbUpdateConcurrencyException.</summary>
    public uint Version { get; set; }

    public List<Invoice> Invoices { get; } = [];
}

internal sealed class Contact
{
    public string? Email { get; set; }

    public string? Country { get; set; }

    public List<string> Phones { get; set; } = [];
}

internal sealed class Invoice
{
    public int Id { get; set; }

    public DateTime IssuedAt { get; set; }

    public Guid CustomerId { get; set; }

    public Customer Customer { get; set; } = null!;

    public List<InvoiceLine> Lines { get; } = [];
}

internal sealed class InvoiceLine
{
    public int Id { get; set; }

    public int InvoiceId { get; set; }

    public int TrackId { get; set; }

    public Track Track { get; set; } = null!;

    public decimal UnitPrice { get; set; }

    public int Quantity { get; set; }

    /// <summary>Computed by the database.</summary>
    public decimal Amount { get; private set; }
}
