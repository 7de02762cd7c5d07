"""Reads a checkpoint with a real PyTorch and prints what it finds as one JSON object: opcodes, names asked for, the values."""
import json
import pickletools
import sys
import zipfile

import torch

path = sys.argv[1]
with zipfile.ZipFile(path) as archive:
    pickle = archive.read("archive/data.pkl")
opcodes = [(op.name, arg) for op, arg, _ in pickletools.genops(pickle)]


def describe(value):
    if torch.is_tensor(value):
        return {"dtype": str(value.dtype)[6:], "shape": list(value.shape), "values": [float(x) for x in value.double().flatten()]}
    if isinstance(value, dict):
        return {"kind": type(value).__name__, "entries": [[key, describe(entry)] for key, entry in value.items()]}
    if isinstance(value, (list, tuple)):
        return {"kind": type(value).__name__, "items": [describe(entry) for entry in value]}
    return str(value) if isinstance(value, torch.dtype) else value


report = {"opcodes": sorted({name for name, _ in opcodes}), "globals": sorted({arg for name, arg in opcodes if name == "GLOBAL"}), "root": describe(torch.load(path))}
if len(sys.argv) > 2:   # torch 1.13's weights-only reader lacks BINFLOAT: asked for only where there is no number
    report["weights_only"] = describe(torch.load(path, weights_only=True))
print(json.dumps(report))
