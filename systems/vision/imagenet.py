"""What people would deploy instead: a reader that starts from ImageNet and saw clean labels."""

from systems.vision.cascade.cascade import DETECTOR, Cascade

__all__ = ["imagenet", "imagenet_review"]

READER = "shipped:reader-imagenet-medium-1"


def imagenet(reader: str = READER, detector: str = DETECTOR, threads: int = 1) -> Cascade:
    """Read with the cascade's own detector, locator and network, and accept every answer.

    Its training had as many pictures and steps as the cascade's, of undamaged labels, changed as
    ImageNet training changes them.

    Parameters
    ----------
    reader : str
        ``shipped:NAME`` or an ONNX file.
    detector : str
        The same, or ``centre`` for none.
    threads : int
        Of each network.
    """
    return Cascade(detector, reader=reader, threshold=0.0, review=False, threads=threads)


def imagenet_review(
    reader: str = READER,
    detector: str = DETECTOR,
    calibration: str = "production",
    threads: int = 1,
) -> Cascade:
    """Read likewise, but send to a person what is not sure enough.

    Parameters
    ----------
    reader : str
        ``shipped:NAME`` or an ONNX file.
    detector : str
        The same, or ``centre`` for none.
    calibration : str
        Which threshold of the reader's card: ``production`` or ``lab``.
    threads : int
        Of each network.
    """
    return Cascade(detector, reader=reader, calibration=calibration, threads=threads)
