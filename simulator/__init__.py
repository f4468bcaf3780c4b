"""The call: a pure core, its drivers and the command line."""

import os

# onnxruntime 1.31 keeps a device id and a queue of usage events for upload, in the user's cache folder, unless it is
# told not to before it is loaded. Every room of the house imports this package first; nothing leaves this machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")
