"""Arrays that cross the line between the world and a system, sealed against writing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["sealed"]


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """Copy an array into memory that nothing can write to.

    The copy's buffer is a ``bytes`` object, so that not even ``flags.writeable = True`` opens it,
    which numpy would allow on an ordinary array that owns its data.

    Examples
    --------
    >>> import numpy as np
    >>> a = sealed(np.zeros(3))
    >>> a.flags.writeable
    False
    """
    return np.frombuffer(array.tobytes(), dtype=array.dtype).reshape(array.shape)
