using System.Globalization;
using JustAlexNet.Bench.Measuring;
using JustAlexNet.Runtime;

namespace JustAlexNet.Bench.Rows;

/// <summary>Everything that can be measured; a row is a comparison with its sides.</summary>
/// <param name="Photos">Folder of photos for the rows that read files.</param>
/// <param name="FewPhotos">Folder of photos to learn from in one run.</param>
internal sealed record RowCatalogue(string Photos, string FewPhotos)
{
    /// <summary>Forward passes in floating-point operations a photo of 224 px, a multiplication and an addition counted apart (torchvision's table of models).</summary>
    private static readonly (string Name, double Operations, double PlainMemory, double OurMemory)[] Networks =
        [("alexnet", 1.43e9, 2.5, 1.5), ("resnet18", 3.63e9, 2.5, 1.5), ("densenet201", 8.58e9, 9, 5)];

    private static readonly Dictionary<string, string> MallocSettings = new()
    {
        ["MALLOC_MMAP_MAX_"] = "0", ["MALLOC_TRIM_THRESHOLD_"] = "-1", ["MALLOC_TOP_PAD_"] = (256 << 20).ToString(CultureInfo.InvariantCulture), ["OMP_WAIT_POLICY"] = "passive",
    };

    /// <summary>All rows, in the order of the report.</summary>
    public IReadOnlyList<Comparison> All => [.. Networks.Select(n => Training(n.Name, n.Operations, n.PlainMemory, n.OurMemory)), .. Networks.Select(n => Inference(n.Name)), .. Networks.Select(n => InferenceOfOne(n.Name)), Parts, SmallParts, Loader, LoaderCrops, .. new[] { "0.2", "1", "3", "12" }.Select(LoaderLarge), FileCount, Augmenting, Joint("alexnet"), Joint("resnet18"), Checkpoints, CachedHead, ColdStart, ServeRows.Start(Photos), ServeRows.Eightbit(Networks.Select(n => n.Name), Photos), ServeRows.Of("fp32", Photos), ServeRows.Of("int8", Photos), Settings, .. Pointwise, DataSize, BatchSize, ImageSize];

    /// <summary>The rows of <c>quick</c>.</summary>
    public IReadOnlyList<Comparison> Quick =>
        [.. All.Where(row => row.Name is "train-resnet18" or "infer-resnet18" or "loader" or "cold-start").Select(row => row with { Sides = [.. row.Sides.Where(side => row.Name != "train-resnet18" || side.Name != Name.TorchExpert)] })];

    private static Comparison Training(string model, double operations, double plainMemory, double ourMemory)
    {
        string[] step = [$"model={model}", "batch=32", "size=224"];
        var efficient = model.StartsWith("densenet", StringComparison.Ordinal);
        return new($"train-{model}", $"Training {model}, 224 px, batch 32",
            [
                new(Name.Ours, "our-step", step) { Memory = ourMemory },
                .. efficient ? [new Side(Name.MemoryEfficient, "our-step", [.. step, "memory=efficient"]) { Memory = ourMemory }] : Array.Empty<Side>(),
                Yardstick(model),
                new(Name.Plain, "plain-step", step) { Memory = plainMemory, Environment = SystemAllocator },
                new(Name.TorchDefault, "step", [.. step, "style=default"]) { IsPython = true, Memory = plainMemory },
                new(Name.TorchExpert, "step", [.. step, "style=expert"]) { IsPython = true, Memory = plainMemory, Environment = MallocSettings },
            ],
            [
                Ratio.Between(Name.Ours, Name.Plain), Ratio.Between(Name.Ours, Name.TorchDefault), Ratio.Between(Name.Ours, Name.TorchExpert),
                .. efficient ? [Ratio.Between(Name.MemoryEfficient, Name.Ours)] : Array.Empty<Ratio>(),
                Ratio.Between(Name.Ours, Name.Onnx), Ratio.Between(Name.Plain, Name.Onnx), Ratio.Between(Name.TorchDefault, Name.Onnx), Ratio.Between(Name.TorchExpert, Name.Onnx),
                new($"{Name.Ours}, arithmetic", "GEMM 1024^3", [Name.Ours], rates => 3 * operations * rates[Name.Ours] / rates[Ratio.Control]),
            ])
        {
            ComparesMemory = true,
        };
    }

    private static Comparison Inference(string model)
    {
        string[] pass = [$"model={model}", "batch=32", "size=224"];
        return new($"infer-{model}", $"Inference of {model}, 224 px, batch 32",
            [
                new(Name.Ours, "our-inference", pass),
                Yardstick(model),
                new(Name.LayerByLayer, "our-inference", [.. pass, "form=plain"]),
                new(Name.OursInBf16, "our-inference", [.. pass, "precision=bf16"]),
                new(Name.Plain, "plain-inference", pass) { Environment = SystemAllocator },
                new(Name.TorchExpert, "inference", [.. pass, "style=expert"]) { IsPython = true, Environment = MallocSettings },
            ],
            [
                Ratio.Between(Name.Ours, Name.Onnx), Ratio.Between(Name.Ours, Name.Plain), Ratio.Between(Name.Ours, Name.TorchExpert), Ratio.Between(Name.Ours, Name.LayerByLayer),
                Ratio.Between(Name.OursInBf16, Name.Ours), Ratio.Between(Name.OursInBf16, Name.TorchExpert),
            ]);
    }

    private static Comparison InferenceOfOne(string model)
    {
        string[] pass = [$"model={model}", "batch=1", "size=224"];
        const string asleep = "ours, waiting threads sleep at once";       // one that spins for good would take a core from all other sides
        return new($"infer-one-{model}", $"Inference of {model}, 224 px, one photo at a time",
            [
                new(Name.Ours, "our-inference", pass),
                new(Name.Onnx, "onnx-inference", pass),
                new(Name.LayerByLayer, "our-inference", [.. pass, "form=plain"]),
                new(Name.OursInBf16, "our-inference", [.. pass, "precision=bf16"]),
                new(asleep, "our-inference", pass) { Environment = new Dictionary<string, string> { ["OMP_WAIT_POLICY"] = "passive" } },
                new(Name.TorchExpert, "inference", [.. pass, "style=expert"]) { IsPython = true, Environment = MallocSettings },
            ],
            [
                Ratio.Between(Name.Ours, Name.Onnx), Ratio.Between(Name.Ours, Name.LayerByLayer), Ratio.Between(Name.OursInBf16, Name.Ours), Ratio.Between(Name.OursInBf16, Name.TorchExpert), Ratio.Between(Name.Ours, asleep),
            ]);
    }

    /// <summary>Where the time of a step goes, loader included.</summary>
    private Comparison Parts => new("step-parts", "Parts of a training step, 224 px, batch 32",
        [.. Networks.Select(n => new Side(n.Name, "our-step-parts", $"model={n.Name}", $"data={Photos}", "photos=512", "batch=32", "size=224", "workers=auto") { Memory = n.OurMemory, TellsParts = true })],
        [.. Networks.Select(n => new Ratio($"{n.Name}, arithmetic", "GEMM 1024^3", [n.Name], rates => 3 * n.Operations * rates[n.Name] / rates[Ratio.Control]))]);

    private Comparison SmallParts => new("step-parts-small", "Parts of a training step of ResNet18, 64 px",
        [.. new[] { 8, 32, 128 }.Select(batch => new Side($"batch {batch}", "our-step-parts", "model=resnet18", $"data={Photos}", "photos=512", $"batch={batch}", "size=64", "workers=auto") { Memory = 1.5, TellsParts = true })],
        [Ratio.Between("batch 8", "batch 32"), Ratio.Between("batch 128", "batch 32")]);

    private Comparison Loader => Loading("loader", "basic", "Loader alone, whole photos squashed to 224 px and mirrored");

    private Comparison LoaderCrops => Loading("loader-crops", "standard", "Loader alone, random crops resized to 224 px and mirrored");

    private Comparison Loading(string name, string augment, string title)
    {
        string[] pass = [$"data={Photos}", "photos=256", "batch=32", "size=224", $"augment={augment}"];
        var ours = new[] { 0, 1, 2 }.Select(workers => new Side(OfWorkers(workers), "our-loader", [.. pass, $"workers={workers}"])).ToList();
        return new(name, title,
            [ours[0], new(Name.Torchvision, "loader", [.. pass, "workers=0"]) { IsPython = true }, ours[1], ours[2], ours[0] with { Name = Name.SkiaOnly, Environment = new Dictionary<string, string> { ["JUSTALEXNET_JPEG"] = "skia" } }],
            [
                Ratio.Between(OfWorkers(0), Name.Torchvision), Ratio.Between(Name.SkiaOnly, Name.Torchvision), Ratio.Between(OfWorkers(0), Name.SkiaOnly),
                Ratio.Between(OfWorkers(1), OfWorkers(0)), Ratio.Between(OfWorkers(2), OfWorkers(0)),
            ]);
    }

    /// <summary>Photos of some megapixels: decoded at a part of their size or whole, and kept from the first epoch, which a side has before it is measured.</summary>
    private Comparison LoaderLarge(string megapixels)
    {
        string[] pass = [$"data={Photos}", $"megapixels={megapixels}", "photos=24", "batch=8", "size=224", "workers=0"];
        Side Ours(string name, params string[] more) => new(name, "our-loader", [.. pass, .. more]);
        var (scaled, exact, memory, disk, pillow) = ("decode scaled", "decode exact", "second epoch, ram", "second epoch, disk", "Pillow with draft");
        var (crops, exactCrops, bounded, keptBounded) = ("crops, decode scaled", "crops, decode exact", "crops within 256", "crops within 256, second epoch, ram");
        return new(megapixels == "12" ? "loader-large" : $"loader-{megapixels}mp", $"Loader alone on one core, photos of {megapixels} megapixels to 224 px",
            [
                Ours(scaled, "augment=basic", "decode=scaled"), Ours(exact, "augment=basic", "decode=exact"), Ours(memory, "augment=basic", "decode=scaled", "cache=ram"), Ours(disk, "augment=basic", "decode=scaled", "cache=disk"),
                new(pillow, "pillow", $"data={Sides.LargePhotos.FolderOf(megapixels)}", "size=224") { IsPython = true, NeedsPillowAlone = true },
                Ours(crops, "augment=standard", "decode=scaled"), Ours(exactCrops, "augment=standard", "decode=exact"),
                Ours(bounded, "augment=standard", "side=256"), Ours(keptBounded, "augment=standard", "side=256", "cache=ram"),
            ],
            [
                Ratio.Between(scaled, exact), Ratio.Between(scaled, pillow), Ratio.Between(memory, scaled), Ratio.Between(disk, scaled), Ratio.Between(crops, exactCrops), Ratio.Between(bounded, exactCrops), Ratio.Between(keptBounded, bounded),
            ]);
    }

    /// <summary>Folders of a thousand to a million files.</summary>
    private Comparison FileCount
    {
        get
        {
            int[] counts = [1_000, 10_000, 100_000, 1_000_000];
            string Open(int files) => $"opening {files:N0} files";
            string Read(int files) => $"loader, {files:N0} files";
            return new("file-count", "Files or photos a second against the number of files (1 everywhere: time is linear)",
                [
                    .. counts.Select(files => new Side(Open(files), "our-folder", [$"data={Photos}", $"files={files}"])),
                    .. counts.Select(files => new Side(Read(files), "our-beginning", [$"data={Photos}", $"files={files}", "size=224", "batch=32", "workers=auto"])),
                ],
                [.. counts[1..].Select(files => Ratio.Between(Open(files), Open(counts[0]))), .. counts[1..].Select(files => Ratio.Between(Read(files), Read(counts[0])))]);
        }
    }

    /// <summary>One core on both sides: neither has threads of its own here.</summary>
    private Comparison Augmenting
    {
        get
        {
            string[] pass = [$"data={Photos}", "photos=128", "size=224"];
            return new("augment-randaugment", "RandAugment alone (2 operations, magnitude 9), 224 px, one core",
                [new(Name.Ours, "our-augment", pass), new(Name.Torchvision, "augment", pass) { IsPython = true }],
                [Ratio.Between(Name.Ours, Name.Torchvision)]);
        }
    }

    private Comparison Joint(string model)
    {
        var (network, loader, both) = ("the network alone", "the loader alone, all cores", "loader and network");
        return new($"joint-{model}", $"Loader and network together, {model}, 224 px, batch 32",
            [
                new(both, "our-epoch", $"model={model}", $"data={Photos}", "photos=128", "batch=32", "size=224", "workers=auto") { Memory = 3 },
                new(network, "our-step", $"model={model}", "batch=32", "size=224") { Memory = 3 },
                new(loader, "our-loader", $"data={Photos}", "photos=128", "batch=32", "size=224", "augment=basic", $"workers={Environment.ProcessorCount}"),
            ],
            [new(both, "1 / (1/network + 1/loader)", [both, network, loader], rates => rates[both] * (1 / rates[network] + 1 / rates[loader]))]);
    }

    /// <summary>What saving costs: its shares of a run are figures of the first side.</summary>
    private Comparison Checkpoints
    {
        get
        {
            var (saved, alone) = ("a checkpoint every 10 steps", "steps alone");
            string[] step = ["model=resnet18", "batch=32", "size=224"];
            return new("checkpoints", "Checkpoints while training ResNet18, 224 px, batch 32",
                [new(saved, "our-checkpoints", [.. step, $"data={Photos}", "steps=10"]) { Memory = 2 }, new(alone, "our-step", step) { Memory = 1.5 }],
                [Ratio.Between(saved, alone)]);
        }
    }

    private Comparison CachedHead
    {
        get
        {
            var (cached, uncached) = ("justalexnet transfer", "the loop without the cache");
            string[] same = [$"data={FewPhotos}", "batch=8", "size=224", "workers=4"];
            return new("transfer-cache", "Learning the head of ResNet18, 25 epochs, 224 px, batch 8: photos times epochs",
                [new(cached, "cached-head", same), new(uncached, "uncached-head", [.. same, "photos=160"])],
                [Ratio.Between(cached, uncached)]);
        }
    }

    private static Comparison ColdStart => new("cold-start", "From the command to its answer: ResNet18 says what one photo shows",
        [
            new("justalexnet predict", "start", "what=predict") { Unit = "starts/s" },
            new("python predict.py", "start", "what=python") { Unit = "starts/s" },
            new("justalexnet --version", "start", "what=version") { Unit = "starts/s" },
        ],
        [Ratio.Between("justalexnet predict", "python predict.py"), Ratio.Between("justalexnet predict", "justalexnet --version")]);

    /// <summary>What each setting that JustAlexNet makes, or leaves alone, is worth.</summary>
    private static Comparison Settings
    {
        get
        {
            string[] step = ["model=resnet18", "batch=32", "size=224"];
            Side Ours(string name, string variable, string value) => new(name, "our-step", step) { Memory = 2.5, Environment = new Dictionary<string, string> { [variable] = value } };
            var (alone, asleep, huge, full) = ("allocator left alone", "waiting threads sleep at once", "huge pages for the heap", "fp32");
            Side[] inFull = ProcessorFeatures.HasBfloat16 ? [new(full, "our-step", [.. step, "precision=fp32"]) { Memory = 2.5 }] : [];
            return new("settings", "What the settings are worth: training resnet18, 224 px, batch 32",
                [
                    new(Name.Ours, "our-step", step) { Memory = 2.5 },
                    Ours(alone, "JUSTALEXNET_ALLOCATOR", "system"), Ours(asleep, "OMP_WAIT_POLICY", "passive"), Ours(huge, "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
                    .. inFull,
                ],
                [Ratio.Between(Name.Ours, alone), Ratio.Between(Name.Ours, asleep), Ratio.Between(huge, Name.Ours), .. inFull.Select(side => Ratio.Between(Name.Ours, side.Name))]);
        }
    }

    /// <summary>1 x 1 convolutions as matrix products, against libtorch's convolution. AlexNet has none.</summary>
    private static IEnumerable<Comparison> Pointwise =>
        from network in Networks.Where(n => n.Name != "alexnet")
        from work in new (string Name, string Title, string Kind, string[] Settings)[]
        {
            ("train", "training", "our-step", []), ("train-fp32", "training in fp32", "our-step", ["precision=fp32"]), ("infer", "inference in fp32, layer by layer", "our-inference", ["form=plain"]),
        }
        where work.Name != "train-fp32" || ProcessorFeatures.HasBfloat16
        select new Comparison($"pointwise-{work.Name}-{network.Name}", $"1 x 1 convolutions as products: {work.Title}, {network.Name}, 224 px, batch 32",
            [.. new[] { (Name.Products, "yes"), (Name.Convolutions, "no") }.Select(form =>
                new Side(form.Item1, work.Kind, [$"model={network.Name}", "batch=32", "size=224", .. work.Settings, $"products={form.Item2}"]) { Memory = network.OurMemory })],
            [Ratio.Between(Name.Products, Name.Convolutions)])
        {
            ComparesMemory = work.Kind == "our-step",
        };

    private Comparison DataSize => Scaling("data-size", "Photos a second against the size of the data (1 everywhere: time is linear)", "photos", 96, [96, 192, 384], "size=64", "batch=32");

    private Comparison BatchSize => Scaling("batch-size", "Photos a second against the batch size", "batch", 32, [8, 16, 32, 64, 128], "size=64", "photos=256");

    private Comparison ImageSize => Scaling("image-size", "Photos a second against the side of the pictures", "size", 224, [64, 96, 128, 160, 192, 224, 256, 288], "batch=32", "photos=96");

    /// <summary>Training epochs of ResNet18 that differ in one setting.</summary>
    private Comparison Scaling(string name, string title, string key, int baseline, int[] values, params string[] others)
    {
        string Label(int value) => $"{key} {value}";
        return new(name, $"{title}, ResNet18",
            [.. values.OrderByDescending(value => value == baseline).Select(value => new Side(Label(value), "our-epoch", ["model=resnet18", $"data={Photos}", "workers=auto", $"{key}={value}", .. others]) { Memory = 1.5 })],
            [.. values.Where(value => value != baseline).Select(value => Ratio.Between(Label(value), Label(baseline)))]);
    }

    private static Side Yardstick(string model) => new(Name.Onnx, "onnx-inference", $"model={model}", "batch=32", "size=224");

    private static string OfWorkers(int workers) => workers switch { 0 => "ours, no worker", 1 => "ours, 1 worker", _ => $"ours, {workers} workers" };

    private static Dictionary<string, string> SystemAllocator => new() { ["JUSTALEXNET_ALLOCATOR"] = "system" };

    private static class Name
    {
        public const string Ours = "ours", LayerByLayer = "ours, layer by layer", OursInBf16 = "ours in bf16", MemoryEfficient = "ours, memory-efficient", Plain = "plain TorchSharp", Onnx = "ONNX Runtime inference", TorchDefault = "PyTorch default", TorchExpert = "PyTorch expert",
            Products = "products", Convolutions = "convolutions", Torchvision = "torchvision, Pillow", SkiaOnly = "ours, no worker, SkiaSharp";
    }
}
