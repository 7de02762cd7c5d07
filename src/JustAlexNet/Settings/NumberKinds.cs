using System.Globalization;

namespace JustAlexNet.Settings;

internal sealed class FlagKind : ValueKind<bool>
{
    internal override bool IsFlag => true;
    internal override IReadOnlyList<string> Words => ["true", "false"];
    internal override string Expected => "true or false";
    internal override string Names(string? unit) => unit ?? "true|false";
    internal override bool TryParse(string text, out bool value) => bool.TryParse(text, out value);
    internal override string Write(bool value) => value ? "true" : "false";
    internal override object ToPlain(bool value) => value;

    internal override bool TryRead(object? plain, out bool value)
    {
        value = plain is true;
        return plain is bool;
    }
}

internal sealed class WholeKind(int min, int? max, string? meaning, string? beyond) : ValueKind<int>
{
    internal override string Expected => $"{(max is null ? "" : $"{min}")}{(max is { } limit ? $" to {limit}" : $"{min}{(meaning is null ? "" : $" ({meaning})")} or more")}";
    internal override string Names(string? unit) => unit ?? "N";
    internal override bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    internal override string Refusal(string text) => $"is '{text}', expected a whole number, {Expected}";
    internal override string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
    internal override object ToPlain(int value) => value;
    internal override bool Allows(int value) => value >= min && !(value > max);
    internal override string? Why(int value) => value > max ? beyond : null;

    internal override bool TryRead(object? plain, out int value)
    {
        var fine = plain is int || plain is long and >= int.MinValue and <= int.MaxValue;
        value = fine ? Convert.ToInt32(plain, CultureInfo.InvariantCulture) : 0;
        return fine;
    }
}

internal sealed class LongKind : ValueKind<long>
{
    internal override string Expected => "a whole number";
    internal override string Names(string? unit) => unit ?? "N";
    internal override bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    internal override string Write(long value) => value.ToString(CultureInfo.InvariantCulture);
    internal override object ToPlain(long value) => value;

    internal override bool TryRead(object? plain, out long value)
    {
        value = plain is long or int ? Convert.ToInt64(plain, CultureInfo.InvariantCulture) : 0;
        return plain is long or int;
    }
}

internal sealed class RealKind(string expected, Func<double, bool> allows) : ValueKind<double>
{
    internal override string Expected => expected;
    internal override string Names(string? unit) => unit ?? "X";
    internal override bool TryParse(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    internal override string Refusal(string text) => $"is '{text}', expected a number such as 0.01";
    internal override string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    internal override object ToPlain(double value) => value;
    internal override bool Allows(double value) => double.IsFinite(value) && allows(value);

    internal override bool TryRead(object? plain, out double value)
    {
        value = plain is double or long or int ? Convert.ToDouble(plain, CultureInfo.InvariantCulture) : 0;
        return plain is double or long or int;
    }
}
