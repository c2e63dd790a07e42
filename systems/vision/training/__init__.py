"""How the shipped weights of vision systems are trained; needs the extra ``train``."""

import os

# albumentations asks a server for its newest version at import
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
