"""The networks of the cascade that are not YOLO's: line readers and the line locator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from systems.torch_stack import load_torch
from systems.vision.cascade.alphabet import CLASSES

torch = load_torch()
import timm  # noqa: E402
from torch import nn  # noqa: E402

__all__ = ["READER_STAGES", "LineLocator", "LineReader"]

READER_STAGES: Mapping[str, int] = MappingProxyType({"small": 3, "medium": 5, "large": 7})
"""How many of EfficientNet-Lite0's seven stages a reader of each size keeps."""

BACKBONE = "tf_efficientnet_lite0"
DIMMEST = 1e-5
"""Variance of a picture, of 4 from black to white, below which there is nothing to bring out."""
PLAIN = 0.01
"""Share of a picture's variance that its surroundings count at least."""


class LineReader(nn.Module):
    """EfficientNet columns read by a CTC head.

    The backbone's later stages halve the height alone, so that a line of 256 pixels keeps 32
    columns, each 8 pixels wide: enough for twelve digits with a blank between any two.

    Parameters
    ----------
    stages : int
        Of the backbone.
    state : mapping, optional
        Weights of the whole backbone, for a reader that starts from ImageNet.
    frozen : bool
        Whether only what stands on the backbone learns: how far its features go by themselves.
    """

    def __init__(
        self, stages: int, state: Mapping[str, Any] | None = None, frozen: bool = False
    ) -> None:
        super().__init__()
        self._frozen = frozen
        whole = timm.create_model(BACKBONE, pretrained=False)
        if state is not None:
            whole.load_state_dict(dict(state), strict=True)
        self.stem = nn.Sequential(whole.conv_stem, whole.bn1)
        self.stages = nn.ModuleList(whole.blocks[:stages])
        for stage in self.stages[3:]:
            for module in stage.modules():
                if isinstance(module, nn.Conv2d) and module.stride == (2, 2):
                    module.stride = (2, 1)
        if frozen:
            for part in (self.stem, self.stages):
                part.requires_grad_(False)
        channels, height = self._shape()
        self.collapse = nn.Sequential(
            nn.Conv2d(channels, 128, (height, 1), bias=False), nn.BatchNorm2d(128), nn.SiLU()
        )
        self.along = nn.ModuleList([_Along(128) for _ in range(3)])
        self.spell = nn.Conv1d(128, len(CLASSES), 1)
        self.turned = nn.Linear(128, 1)

    def train(self, mode: bool = True) -> "LineReader":
        """Set the mode of training; a frozen backbone keeps its batch statistics too."""
        super().train(mode)
        if self._frozen:
            self.stem.eval()
            self.stages.eval()
        return self

    def _columns(self, picture: Any) -> Any:
        picture = self.stem(picture)
        for stage in self.stages:
            picture = stage(picture)
        return picture

    def _shape(self) -> tuple[int, int]:
        self.eval()
        with torch.no_grad():
            shape = self._columns(torch.zeros(1, 3, 48, 256)).shape
        self.train()
        return int(shape[1]), int(shape[2])

    def forward(self, picture: Any) -> Any:
        """Read lines.

        Parameters
        ----------
        picture : tensor, shape (n, 1, 48, 256)
            Grey, from -1 to 1.

        Returns
        -------
        logits : tensor, shape (n, 32, classes)
        turned : tensor, shape (n,)
            Logit of lying upside down.
        """
        # a dark line and a bright one say the same
        level = picture - picture.mean((2, 3), keepdim=True)
        even = level / torch.sqrt((level * level).mean((2, 3), keepdim=True) + DIMMEST)
        columns = self.collapse(self._columns(even.expand(-1, 3, -1, -1))).squeeze(2)
        for layer in self.along:
            columns = layer(columns)
        return self.spell(columns).transpose(1, 2), self.turned(columns.mean(2)).squeeze(1)


class _Along(nn.Module):
    """Lets neighbouring columns see one another."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.Sequential(
            nn.Conv1d(channels, channels, 5, padding=2, groups=channels, bias=False),
            nn.Conv1d(channels, channels, 1, bias=False),
            nn.BatchNorm1d(channels),
            nn.SiLU(),
        )

    def forward(self, columns: Any) -> Any:
        """Map (n, channels, columns) to the same shape."""
        return columns + self.mix(columns)


class LineLocator(nn.Module):
    """Finds the corners of both lines on a picture of a label.

    Features of all depths are brought together at a quarter of the picture's size (a feature
    pyramid, Lin et al., arXiv:1612.03144), where each corner has a map of where it may be; its
    place is the map's mean (integral regression, Sun et al., arXiv:1711.08229), which is finer
    than the map.  A corner out of view is reached by a correction from the whole picture.
    """

    def __init__(self) -> None:
        super().__init__()
        self.backbone = timm.create_model(
            "mobilenetv3_small_075",
            pretrained=False,
            in_chans=2,
            features_only=True,
            out_indices=(1, 2, 3, 4),
        )
        width = 48
        depths = self.backbone.feature_info.channels()
        self.lateral = nn.ModuleList([nn.Conv2d(channels, width, 1) for channels in depths])
        self.smooth = nn.ModuleList([_Separable(width) for _ in depths])
        self.maps = nn.Conv2d(width, 8, 1)
        self.whole = nn.Sequential(nn.Linear(depths[-1], 128), nn.Hardswish(), nn.Linear(128, 17))
        # maps first: the correction begins at none
        nn.init.zeros_(self.whole[2].weight)
        nn.init.zeros_(self.whole[2].bias)

    def forward(self, picture: Any) -> Any:
        """Locate.

        Parameters
        ----------
        picture : tensor, shape (n, 1, 192, 192)
            Grey, from -1 to 1.

        Returns
        -------
        quads : tensor, shape (n, 2, 4, 2)
            Corners of either line, in sides of the picture.
        there : tensor, shape (n,)
            Logit of a label being there at all.
        """
        features = self.backbone(_evened(picture))
        joined = self.smooth[-1](self.lateral[-1](features[-1]))
        for level in range(len(features) - 2, -1, -1):
            joined = nn.functional.interpolate(joined, scale_factor=2.0, mode="nearest")
            joined = self.smooth[level](joined + self.lateral[level](features[level]))
        side = joined.shape[-1]
        chances = torch.softmax(self.maps(joined).flatten(2), 2).unflatten(2, (side, side))
        at = (torch.arange(side, dtype=chances.dtype, device=chances.device) + 0.5) / side
        across, down = (chances.sum(2) * at).sum(2), (chances.sum(3) * at).sum(2)
        found = self.whole(features[-1].mean((2, 3)))
        corners = torch.stack([across, down], 2) + found[:, :16].reshape(-1, 8, 2)
        return corners.reshape(-1, 2, 4, 2), found[:, 16]


def _evened(picture: Any) -> Any:
    """A picture as it is but for its light, and once more with every part in its own light.

    Parameters
    ----------
    picture : tensor, shape (n, 1, side, side)

    Returns
    -------
    tensor, shape (n, 2, side, side)
        Less the mean and over the standard deviation, of the whole and of the surroundings: in
        the second, print in a shadow looks like print beside it.
    """
    level = picture - picture.mean((2, 3), keepdim=True)
    variance = (level * level).mean((2, 3), keepdim=True) + DIMMEST
    near = level - _around(level)
    # a share of the whole's, for a plain surface has nothing but noise to bring out
    varies = _around(near * near) + DIMMEST + PLAIN * variance
    return torch.cat([level / torch.sqrt(variance), near / torch.sqrt(varies)], 1)


def _around(picture: Any) -> Any:
    """Mean of each pixel's surroundings, about a quarter of the picture wide."""
    means = nn.functional.avg_pool2d(picture, 8)
    means = nn.functional.avg_pool2d(means, 5, stride=1, padding=2, count_include_pad=False)
    return nn.functional.interpolate(
        means, size=picture.shape[-2:], mode="bilinear", align_corners=False
    )


class _Separable(nn.Module):
    """A depthwise and a pointwise convolution, normed."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 5, padding=2, groups=channels, bias=False),
            nn.Conv2d(channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.Hardswish(),
        )

    def forward(self, maps: Any) -> Any:
        """Map (n, channels, height, width) to the same shape."""
        return self.body(maps)
