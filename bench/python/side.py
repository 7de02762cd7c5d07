"""PyTorch's side of bench/: the same lines as Sides/SideHost.cs. Usage: side.py KIND key=value...

KIND is step, inference, loader, augment or pillow. style=default is what the tutorials show (float32, NCHW); style=expert is channels-last and, where the
processor multiplies bfloat16 in hardware, bf16 autocast; the malloc settings of the expert come in the environment.
"""
import json
import os
import sys
import time


def say(**line):
    print(json.dumps(line), flush=True)


def has_bfloat16():
    try:
        with open("/proc/cpuinfo") as file:
            flags = file.read()
        return "avx512_bf16" in flags or "amx_bf16" in flags
    except OSError:
        return False


def network_round(kind, settings):
    import torch
    import torchvision

    torch.manual_seed(1)
    torch.set_num_threads(len(os.sched_getaffinity(0)))     # PyPI's builds do so by themselves, Debian's takes one
    batch, size, expert = int(settings["batch"]), int(settings["size"]), settings["style"] == "expert"
    model = getattr(torchvision.models, settings["model"])(weights=None)
    pixels = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8)
    labels = torch.randint(0, 1000, (batch,))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    low = expert and has_bfloat16()
    if expert:
        model = model.to(memory_format=torch.channels_last)
        pixels = pixels.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4, nesterov=True)
    model.train(kind == "step")

    def forward():
        return model((pixels.float() / 255 - mean) / deviation)

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            loss = torch.nn.functional.cross_entropy(forward(), labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return batch

    def inference():
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=low):
            forward()
        return batch

    about = "PyTorch %s, torchvision %s, %d threads, %s, %s" % (
        torch.__version__, torchvision.__version__, torch.get_num_threads(), "bf16" if low else "fp32", "channels-last" if expert else "NCHW")
    return (step if kind == "step" else inference), about


def loader_round(settings):
    import torch
    import torchvision
    import PIL
    from torchvision import transforms

    torch.set_num_threads(1)
    size, count = int(settings["size"]), int(settings["photos"])
    crop = transforms.RandomResizedCrop(size) if settings["augment"] == "standard" else transforms.Resize((size, size))
    folder = settings["data"]
    if os.path.isdir(os.path.join(folder, "train")):
        folder = os.path.join(folder, "train")
    photos = torchvision.datasets.ImageFolder(folder, transforms.Compose([crop, transforms.RandomHorizontalFlip(), transforms.PILToTensor()]))
    some = torch.utils.data.Subset(photos, [i * len(photos) // count if count <= len(photos) else i % len(photos) for i in range(count)])
    loader = torch.utils.data.DataLoader(some, batch_size=int(settings["batch"]), shuffle=True, num_workers=int(settings["workers"]))

    def epoch():
        return sum(len(labels) for _, labels in loader)

    return epoch, "torchvision %s, Pillow %s, %s workers" % (torchvision.__version__, PIL.__version__, settings["workers"])


def pillow_round(settings):
    """Photos of a folder decoded by Pillow alone, with draft at twice the size wanted, and resized; nothing of torch."""
    import glob
    import PIL
    from PIL import Image

    size = int(settings["size"])
    paths = sorted(glob.glob(os.path.join(settings["data"], "**", "*.jpg"), recursive=True))

    def once():
        for path in paths:
            with Image.open(path) as photo:
                photo.draft("RGB", (2 * size, 2 * size))
                photo.convert("RGB").resize((size, size), Image.BILINEAR).tobytes()
        return len(paths)

    return once, "Pillow %s, draft, %d photos" % (PIL.__version__, len(paths))


def augment_round(settings):
    import torch
    import torchvision
    import PIL
    from torchvision import transforms

    torch.set_num_threads(1)
    size, count = int(settings["size"]), int(settings["photos"])
    folder = settings["data"]
    if os.path.isdir(os.path.join(folder, "train")):
        folder = os.path.join(folder, "train")
    photos = torchvision.datasets.ImageFolder(folder, transforms.Resize((size, size)))
    squares = [photos[i * len(photos) // count if count <= len(photos) else i % len(photos)][0] for i in range(count)]
    augment = transforms.RandAugment()

    def once():
        for square in squares:
            augment(square)
        return count

    return once, "torchvision %s, Pillow %s, RandAugment, %d photos of %d px" % (torchvision.__version__, PIL.__version__, count, size)


def main():
    kind, settings = sys.argv[1], dict(word.split("=", 1) for word in sys.argv[2:])
    one, about = loader_round(settings) if kind == "loader" else augment_round(settings) if kind == "augment" else pillow_round(settings) if kind == "pillow" else network_round(kind, settings)
    say(ready=about)
    for line in sys.stdin:
        begun, units = time.perf_counter(), 0
        for _ in range(int(line.split()[1])):
            units += one()
        say(seconds=time.perf_counter() - begun, units=units)


main()
