"""The estimator: pure functions from a typed run to memory, time, money, weeks and serving, each low to high."""

from agent.estimator import arithmetic
from agent.estimator.catalogue import all_gpus, all_models, from_size, gpu_spec, shape
from agent.estimator.hf_config import from_config
from agent.estimator.inputs import GpuSpec, ModelShape, ProjectShape, RunSpec, Stack, checked
from agent.estimator.inverse import (
    GpuSet,
    cheapest,
    experiments_for_budget,
    fewest,
    fitting_sets,
    largest_model,
    longest_sequence,
    smallest_gpu_set,
    usual_set,
)
from agent.estimator.memory import Memory, fits, memory
from agent.estimator.project import estimate, project
from agent.estimator.serving import Serving, serving, serving_memory_gib
from agent.estimator.speed import Throughput, hours, run_cost, throughput

__all__ = [
    "GpuSet",
    "GpuSpec",
    "Memory",
    "ModelShape",
    "ProjectShape",
    "RunSpec",
    "Serving",
    "Stack",
    "Throughput",
    "all_gpus",
    "all_models",
    "arithmetic",
    "cheapest",
    "checked",
    "estimate",
    "experiments_for_budget",
    "fewest",
    "fits",
    "fitting_sets",
    "from_config",
    "from_size",
    "gpu_spec",
    "hours",
    "largest_model",
    "longest_sequence",
    "memory",
    "project",
    "run_cost",
    "serving",
    "serving_memory_gib",
    "shape",
    "smallest_gpu_set",
    "throughput",
    "usual_set",
]
