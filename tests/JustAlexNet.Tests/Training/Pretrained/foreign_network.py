"""Writes a torchvision network as its users have it on disk, in several forms, and prints its logits for a fixed picture as JSON.

    foreign_network.py NAME FOLDER
"""
import json
import re
import sys

import torch
import torchvision

name, folder = sys.argv[1:]
torch.manual_seed(3)
model = getattr(torchvision.models, name)(weights=None, num_classes=7).eval()
for module in model.modules():          # statistics as training would leave them, so that a mistake with them shows
    if isinstance(module, torch.nn.BatchNorm2d):
        module.running_mean.uniform_(-0.1, 0.1)
        module.running_var.uniform_(0.5, 1.5)
        module.num_batches_tracked.fill_(5)
state = model.state_dict()
old = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))((?:[12])\.(?:weight|bias|running_mean|running_var))$")
first = {old.sub(r"\1.\2", key): value for key, value in state.items() if not key.endswith("num_batches_tracked")}
torch.save(state, f"{folder}/zip.pth")
torch.save(state, f"{folder}/legacy.pth", _use_new_zipfile_serialization=False)
torch.save(first, f"{folder}/first-versions.pth", _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "state_dict": {f"module.{key}": value for key, value in state.items()}, "optimizer": {"state": {0: {"momentum_buffer": torch.ones(2)}}}}, f"{folder}/training.pth")
with torch.no_grad():
    print(json.dumps(model(torch.linspace(-2, 2, 3 * 64 * 64).view(1, 3, 64, 64)).flatten().tolist()))
