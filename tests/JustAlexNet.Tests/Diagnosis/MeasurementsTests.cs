using JustAlexNet.Tests.Support;

namespace JustAlexNet.Diagnosis.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class MeasurementsTests
{
    // Every look at this clock takes a second and a half: work is done once, and a rate is once over that time.
    [Fact]
    public void Rates_are_work_done_over_time_passed()
    {
        var measured = Measurements.Take(new LeapingClock(TimeSpan.FromSeconds(1.5)), "fp32", Imaging.JpegDecoder.Current);
        Assert.Equal(2.0 * 1024 * 1024 * 1024 / 1e9 / 1.5, measured.GemmGflops, 1e-9);
        Assert.Equal(1.0 / 1.5, measured.PhotosPerSecond!.Value, 1e-9);
        Assert.Equal("fp32", measured.GemmPrecision);
    }

    private sealed class LeapingClock(TimeSpan leap) : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now += leap.Ticks;
    }
}
