"""The model at the edge: it points, words and looks; it never decides."""

from __future__ import annotations

from agent.llm.client import Answered, Model
from agent.llm.configuration import ModelSettings, configured
from agent.llm.endpoint import Call, Tool
from agent.llm.failures import ModelFailed
from agent.usage import NOTHING, Usage

__all__ = ["NOTHING", "Answered", "Call", "Model", "ModelFailed", "ModelSettings", "Tool", "Usage", "configured"]
