"""Numbers of the training parts that make_golden.py lacks, from Debian's PyTorch: /usr/bin/python3 make_training_golden.py writes training-parts.json beside itself. All in float64."""
import copy
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler as L

torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def rates(make, steps):
    """The rate before every step; the schedulers of the list are stepped as often as their number says."""
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    schedulers, seen = make(optimiser), []
    for step in range(1, steps + 1):
        seen.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        for scheduler, stride in schedulers:
            if step % stride == 0:
                scheduler.step()
    return seen


def plateau(losses):
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler, seen = L.ReduceLROnPlateau(optimiser, factor=0.3, patience=1, threshold=0.01, cooldown=2, min_lr=0.002), []
    for loss in losses:
        seen.append(optimiser.param_groups[0]["lr"])
        scheduler.step(loss)
    return seen


def schedules():
    losses = [2.0, 1.5, 1.6, 1.499, 1.4, 1.41, 1.42, 1.43, 1.39, 1.1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2]
    return {
        "base_rate": 0.1,
        "polynomial_power_2_T_8": rates(lambda o: [(L.PolynomialLR(o, 8, 2.0), 1)], 8),
        "polynomial_power_0.9_T_8": rates(lambda o: [(L.PolynomialLR(o, 8, 0.9), 1)], 8),
        "warmup_5_updates_with_step_2_epochs_gamma_0.5_of_3_updates": rates(lambda o: [(L.LinearLR(o, 0.01, total_iters=5), 1), (L.StepLR(o, 2, 0.5), 3)], 18),
        "cosine_by_12_updates": rates(lambda o: [(L.CosineAnnealingLR(o, 12), 1)], 12),
        "exponential_gamma_0.8_an_epoch_of_3_updates": rates(lambda o: [(L.ExponentialLR(o, 0.8 ** (1 / 3)), 1)], 12),
        "one_cycle_total_16_pct_0.25_div_10_final_100": rates(lambda o: [(L.OneCycleLR(o, 0.1, total_steps=16, pct_start=0.25, div_factor=10, final_div_factor=100, cycle_momentum=False), 1)], 16),
        "plateau_losses": losses,
        "plateau_factor_0.3_patience_1_threshold_0.01_cooldown_2_min_0.002": plateau(losses),
    }


def losses():
    torch.manual_seed(5)
    logits, labels, weights = torch.randn(5, 4) * 2, torch.tensor([3, 0, 2, 0, 1]), torch.tensor([0.5, 2.0, 1.25, 0.75])
    shares = torch.softmax(torch.randn(5, 4), 1)

    def binary(target, smoothing, weight):
        """timm's BinaryCrossEntropy: off = s / K, on = 1 - s + off; a mixture is made of smoothed targets."""
        if target.dim() == 1:
            target = F.one_hot(target, 4).to(logits.dtype)
        return lambda x: F.binary_cross_entropy_with_logits(x, target * (1 - smoothing) + smoothing / 4, weight)

    def row(function, **about):
        x = logits.clone().requires_grad_()
        value = function(x)
        value.backward()
        return {**about, "value": value.item(), "gradient": numbers(x.grad)}

    rows = []
    for smoothing in (0.0, 0.1):
        for weighted in (False, True):
            for soft in (False, True):
                target, weight = shares if soft else labels, weights if weighted else None
                about = {"smoothing": smoothing, "weighted": weighted, "soft": soft}
                rows.append(row(lambda x: F.cross_entropy(x, target, weight, label_smoothing=smoothing), loss="cross_entropy", **about))
                rows.append(row(binary(target, smoothing, weight), loss="bce", **about))
    return {"logits": numbers(logits), "classes": 4, "labels": labels.tolist(), "weights": numbers(weights), "shares": numbers(shares), "rows": rows}


def optimisers():
    """Six steps of two parameters, a matrix and a bias, g = sin(3 p + step)."""
    start = [torch.linspace(-1, 1, 6).reshape(2, 3), torch.tensor([0.3, -0.7, 0.1])]

    def path(make, limit=None):
        parameters, seen, norms = [nn.Parameter(p.clone()) for p in start], [], []
        optimiser = make(*parameters)
        for step in range(6):
            for p in parameters:
                p.grad = torch.sin(3 * p.detach() + step)
            if limit is not None:
                norms.append(nn.utils.clip_grad_norm_(parameters, limit).item())
            optimiser.step()
            seen.append(numbers(torch.cat([p.reshape(-1) for p in parameters])))
        return {"path": seen, "norms": norms}

    O = torch.optim
    return {
        "start": [numbers(p) for p in start],
        "adamw_no_decay_on_bias": path(lambda w, b: O.AdamW([{"params": [w], "weight_decay": 0.2}, {"params": [b], "weight_decay": 0.0}], lr=0.05, betas=(0.8, 0.95), eps=1e-3)),
        "sgd_no_decay_on_bias": path(lambda w, b: O.SGD([{"params": [w], "weight_decay": 0.2}, {"params": [b], "weight_decay": 0.0}], lr=0.05, momentum=0.9, nesterov=True)),
        "adam_rate_factors_0.1_and_1": path(lambda w, b: O.Adam([{"params": [w], "lr": 0.005}, {"params": [b]}], lr=0.05, weight_decay=0.1)),
        "sgd_clipped_to_1.2": path(lambda w, b: O.SGD([w, b], lr=0.05, momentum=0.9, nesterov=True), limit=1.2),
        "adamw_clipped_to_1.2": path(lambda w, b: O.AdamW([w, b], lr=0.05, weight_decay=0.01), limit=1.2),
    }


def averages():
    """timm's ModelEmaV2: e = decay e + (1 - decay) m over the whole state, which begins as a copy; a counter is copied."""
    model = nn.Parameter(torch.tensor([1.0, -2.0]))
    average, seen = copy.deepcopy(model.detach()), []
    for step in range(5):
        with torch.no_grad():
            model += torch.tensor([0.5, 0.25]) * (step + 1)
            average.copy_(0.9 * average + (1.0 - 0.9) * model)
        seen.append(numbers(average))
    return {"decay": 0.9, "start": [1.0, -2.0], "added": [0.5, 0.25], "averages": seen}


if __name__ == "__main__":
    content = {"source": f"torch {torch.__version__} (Debian)", "schedules": schedules(), "losses": losses(), "optimisers": optimisers(), "averages": averages()}
    pathlib.Path(__file__).with_name("training-parts.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
