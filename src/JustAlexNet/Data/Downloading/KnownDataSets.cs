using JustAlexNet.Files;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Data sets of others that can be fetched by name, a row each.</summary>
public static class KnownDataSets
{
    private const string ImageNetTerms = "photos of ImageNet, whose terms allow non-commercial research and teaching";

    /// <summary>The rows. Addresses, lengths and hashes as torchvision 0.29, TensorFlow Datasets and the projects' own pages give them; they were compared with each other, never fetched.</summary>
    public static IReadOnlyList<KnownDataSet> All { get; } =
    [
        new("imagenette", "10 easy classes of ImageNet, full size", 13_394, $"{ImageNetTerms}; the selection: Apache-2.0",
            [new("https://s3.amazonaws.com/fast-ai-imageclas/imagenette2.tgz", 1_557_161_267, new(HashKind.Sha256, "6cbfac238434d89fe99e651496f0812ebc7a10fa62bd42d6874042bf01de4efd"))]),
        new("imagenette-320", "the same, shorter side 320 pixels", 13_394, $"{ImageNetTerms}; the selection: Apache-2.0",
            [new("https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-320.tgz", 341_663_724, new(HashKind.Sha256, "569b4497c98db6dd29f335d1f109cf315fe127053cedf69010d047f0188e158c"))]),
        new("imagenette-160", "the same, shorter side 160 pixels", 13_394, $"{ImageNetTerms}; the selection: Apache-2.0",
            [new("https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz", null, new(HashKind.Sha256, "64d0c4859f35a461889e0147755a999a48b49bf38a7e0f9bd27003f10db02fe5"))]),
        new("tiny-imagenet", "200 classes of ImageNet, 64 pixels", 110_000, ImageNetTerms,
            [new("http://cs231n.stanford.edu/tiny-imagenet-200.zip", 248_100_043, new(HashKind.Md5, "90528d7ca1a48142e341f4ef8d21d0de"))]),
        new("cifar10", "10 classes, 32 pixels", 60_000, "none stated; to be cited: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
            [new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", 170_052_171, new(HashKind.Sha256, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"))]) { Conversion = Cifar10.Convert },
        new("flowers102", "102 classes of flowers", 8_189, "none stated; to be cited: M.-E. Nilsback, A. Zisserman, Automated Flower Classification over a Large Number of Classes, 2008",
        [
            new("https://www.robots.ox.ac.uk/~vgg/data/flowers/102/102flowers.tgz", 344_862_509, new(HashKind.Md5, "52808999861908f626f3c1f4e79d11fa")),
            new("https://www.robots.ox.ac.uk/~vgg/data/flowers/102/imagelabels.mat", null, new(HashKind.Md5, "e0620be6f572b9609742df49c70aed4d")),
            new("https://www.robots.ox.ac.uk/~vgg/data/flowers/102/setid.mat", null, new(HashKind.Md5, "a5357ecc9cb78c4bef273ce3793fc85c")),
        ]) { Conversion = Flowers102.Convert },
    ];

    /// <summary>The row of a name, or null.</summary>
    public static KnownDataSet? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}

/// <summary>One row of <see cref="KnownDataSets"/>.</summary>
/// <param name="Name">What it is called on the line, and its folder unless another is named.</param>
/// <param name="About">What it is, in few words.</param>
/// <param name="Photos">How many labelled pictures it has.</param>
/// <param name="Licence">Under which terms it may be used, as far as its makers say.</param>
/// <param name="Files">What is fetched: an archive first, then what else belongs to it.</param>
public sealed record KnownDataSet(string Name, string About, int Photos, string Licence, IReadOnlyList<DataSetFile> Files)
{
    /// <summary>Makes class folders of what the archive holds; null where it holds some.</summary>
    internal DataSetConversion? Conversion { get; init; }
}

/// <summary>A file of a data set.</summary>
/// <param name="Address">Where it is published.</param>
/// <param name="Bytes">Its length; null: not known for sure.</param>
/// <param name="Hash">Of its content.</param>
public sealed record DataSetFile(string Address, long? Bytes, FileHash Hash)
{
    /// <summary>Its name.</summary>
    public string Name => Address[(Address.LastIndexOf('/') + 1)..];
}

/// <summary>Makes class folders.</summary>
/// <param name="unpacked">The folder with what the archive held, without the folders that all of it lies in.</param>
/// <param name="others">The other files by name, where they lie.</param>
/// <param name="folder">The empty folder for the parts.</param>
/// <param name="progress">Told how many of how many pictures are done; by one thread at a time.</param>
/// <param name="stop">Ends between pictures.</param>
/// <exception cref="DataException">The files are not what they should be.</exception>
internal delegate void DataSetConversion(string unpacked, IReadOnlyDictionary<string, string> others, string folder, Action<int, int>? progress, CancellationToken stop);
