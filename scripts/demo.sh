#!/usr/bin/env bash
# The main job, end to end, on the lab: render, boot, plan, apply, verify, and a real job over every GPU.
# usage: scripts/demo.sh [CLUSTER]      (a folder of inventories/, default mini)
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
cluster=${1:-mini}
spec=inventories/$cluster/cluster.yml

step() {
    printf '\n\033[1m==> %s\033[0m\n' "$*"
    SECONDS=0
    local rc=0
    "$@" || rc=$?
    printf '    (%d s)\n' "$SECONDS"
    return "$rc"
}

step dgxops validate "$spec"
step dgxops show "$spec"
step dgxops render "$spec"
step dgxops lab up "$spec"
step dgxops plan "$spec"
step dgxops apply --yes "$spec"
step dgxops verify "$spec"
step dgxops plan "$spec"
nodes=$(dgxops show --json "$spec" | python3 -c 'import json, sys; print(json.load(sys.stdin)["nodes"])')
printf '\nA job of your own, from the login node, over all %s systems and their (stand-in) GPUs:\n' "$nodes"
step dgxops lab ssh --lab "$cluster" login-01 -- \
    "srun --nodes=$nodes --ntasks-per-node=1 --gres=gpu:8 --chdir=/tmp sh -c 'echo \$SLURMD_NODENAME: GPUs \$CUDA_VISIBLE_DEVICES' | sort"
printf '\nThe lab stays up. Look around:   .venv/bin/dgxops lab ssh --lab %s login-01 -- sinfo\n' "$cluster"
printf 'Put this machine back:           .venv/bin/dgxops lab down %s\n' "$spec"
