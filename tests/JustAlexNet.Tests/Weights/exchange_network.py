"""Takes our checkpoint into torchvision's model strictly, prints its logits as JSON, and saves the model back as PyTorch does."""
import json
import sys

import torch
import torchvision

name, ours, theirs = sys.argv[1:]
checkpoint = torch.load(ours)
model = getattr(torchvision.models, name)(weights=None, num_classes=3)
model.load_state_dict(checkpoint["model_state_dict"], strict=True)
model.eval()
with torch.no_grad():
    print(json.dumps(model(checkpoint["pictures"]).double().flatten().tolist()))
torch.save(model.state_dict(), theirs)
