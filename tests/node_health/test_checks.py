"""Every check on a made node: what passes, what fails, and that what it found and what it wanted are said."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.node_health.node import CHECKS, Node

Made = Callable[[Node], None]

H100 = "NVIDIA H100 80GB HBM3"
XID = "NVRM: Xid (PCI:0000:18:00): {}, pid=4194, name=python3, Ch 00000008"


def smi(text: str, rc: int = 0) -> Made:
    return lambda node: node.program("nvidia-smi", f"cat <<'END'\n{text}\nEND\necho 'on stderr' >&2\nexit {rc}")


def fabric(*states: tuple[str, str]) -> Made:
    """As `nvidia-smi -q` prints it, with a State of something else around."""
    blocks = (
        f"GPU 00000000:{18 + number}:00.0\n    Fabric\n        State                             : {state}\n"
        f"        Status                            : {status}\n        CliqueId                          : 0\n"
        "    Processes                             : None\n    Power Readings\n        State  : Deep Sleep\n"
        for number, (state, status) in enumerate(states)
    )
    return smi("Driver Version : 580.126.20\n" + "".join(blocks))


def journal(*lines: str, rc: int = 0) -> Made:
    text = "\n".join(lines)
    return lambda node: node.program("journalctl", f"cat <<'END'\n{text}\nEND\nexit {rc}")


def port(state: str = "4: ACTIVE", rate: str = "400 Gb/sec (4X NDR)", device: str = "mlx5_0") -> Made:
    def make(node: Node) -> None:
        for name, text in (("state", state), ("phys_state", "5: LinkUp"), ("rate", rate)):
            node.file(f"sys/class/infiniband/{device}/ports/1/{name}", text + "\n")

    return make


def interface(state: str = "up", speed: str = "100000") -> Made:
    def make(node: Node) -> None:
        node.file("sys/class/net/enp170s0f1np1/operstate", state + "\n")
        node.file("sys/class/net/enp170s0f1np1/speed", speed + "\n")

    return make


def cores(count: int, threads: int) -> Made:
    def make(node: Node) -> None:
        for cpu in range(count * threads):
            siblings = ",".join(str(cpu % count + count * n) for n in range(threads))
            node.file(f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list", siblings + "\n")
        node.file("sys/devices/system/cpu/cpufreq/ignored", "")

    return make


def memory(kb: int) -> Made:
    return lambda node: node.file("proc/meminfo", f"MemTotal:       {kb} kB\nMemFree:  1 kB\n")


def mounts(text: str) -> Made:
    return lambda node: node.file("proc/self/mounts", text + "\n")


def df(space: str, files: str) -> Made:
    head = "Filesystem Blocks Used Available Capacity Mounted on"
    body = f'case "$*" in *-i*) echo "{head}\n{files}";; *) echo "{head}\n{space}";; esac'
    return lambda node: node.program("df", body)


def prints(name: str, text: str, rc: int = 0) -> Made:
    return lambda node: node.program(name, f"echo '{text}'\nexit {rc}")


def nothing(node: Node) -> None:
    pass


GOOD = [
    ("gpus 8", smi("\n".join([H100] * 8))),
    (f"gpus 8|{H100}", smi("\n".join([H100] * 8))),
    ("driver 580.126.20", smi("580.126.20\n580.126.20")),
    ("driver 580", smi("580.126.20\n580.126.20")),
    ("fabric 2", fabric(("Completed", "Success"), ("Completed", "Success"))),
    ("service nvidia-fabricmanager.service", prints("systemctl", "active")),
    ("memory 1960850", memory(1960850 * 1024)),
    ("cpus 112 224", cores(112, 2)),
    ("cpus 111 222", cores(112, 2)),
    ("rdma_port mlx5_0 400", port()),
    ("rdma_port mlx5_0 200", port()),
    ("rdma_port mlx5_0", port(rate="2.5 Gb/sec (1X SDR)")),
    ("net_port enp170s0f1np1 100", interface()),
    ("net_port enp170s0f1np1", interface(speed="-1")),
    ("mount /dev nfs", mounts("server:/x /dev nfs4 rw 0 0")),
    ("mount /dev", mounts("x /dev ext4 rw 0 0")),
    ("disk 95 / /tmp", df("a 100 95 5 95% /\na 100 95 5 95% /", "a 100 1 99 1% /\nb - - - - /tmp")),
    ("clock", prints("chronyc", "0A0A000B,10.10.0.11,11,1.0,0,0,0,0,0,0,0,0,64.2,Normal")),
    ("clock", prints("chronyc", "0A0A000B,10.10.0.11,11,1.0,0,0,0,0,0,0,0,0,64.2,Insert second")),
    ("xid 13 94", journal("usb 1-1: new device", XID.format(13), XID.format(94))),
    ("xid", journal()),
    ("host_name dgx-001", prints("uname", "dgx-001")),
    ("host_name dgx-001", prints("uname", "dgx-001.pod.example.com")),
]

BAD = [
    ("gpus 8", smi("\n".join([H100] * 7)), "found 7 GPUs, wanted 8"),
    ("gpus 8", smi(""), "found 0 GPUs, wanted 8"),
    ("gpus 8", smi("Unable to determine the device handle: GPU is lost\nmore", 15),
     "found nvidia-smi ended with 15: Unable to determine the device handle: GPU is lost, wanted 8 GPUs"),
    (f"gpus 2|{H100}", smi(f"{H100}\nNVIDIA H100 PCIe"), f"found NVIDIA H100 PCIe, wanted {H100}"),
    ("driver 580.126.20", smi("580.126.20\n580.126.2"), "found driver 580.126.2, wanted 580.126.20"),
    ("driver 580", smi("5801.1"), "found driver 5801.1, wanted 580"),
    ("driver 580", smi(""), "found driver none, wanted 580"),
    ("driver 580", smi("Failed to initialize NVML: Driver/library version mismatch", 18), "wanted driver 580"),
    ("fabric 2", fabric(("Completed", "Success"), ("In Progress", "N/A")),
     "found fabric state In Progress, wanted Completed"),
    ("fabric 2", fabric(("Completed", "Success"), ("Completed", "Insufficient Resources")),
     "found fabric status Insufficient Resources, wanted Completed"),
    ("fabric 8", fabric(("Completed", "Success")), "found fabric state Completed of 1 GPUs, wanted 8"),
    ("fabric 1", smi("GPU x\n    Processes : None"), "found fabric state Completed of 0 GPUs, wanted 1"),
    ("fabric 1", smi("No devices were found", 6), "found nvidia-smi ended with 6: No devices were found"),
    ("service nvidia-fabricmanager.service", prints("systemctl", "failed", 3),
     "found nvidia-fabricmanager.service failed, wanted active"),
    ("memory 1960850", memory(1960849 * 1024), "found 1960849 MB of memory, wanted 1960850"),
    ("memory 1960850", nothing, "found no MB of memory, wanted 1960850"),
    ("cpus 112 224", cores(111, 2), "found 111 cores with 222 threads, wanted 112 with 224"),
    ("cpus 112 224", cores(112, 1), "found 112 cores with 112 threads, wanted 112 with 224"),
    ("rdma_port mlx5_0 400", port(device="mlx5_1"), "found no RDMA device mlx5_0"),
    ("rdma_port mlx5_0 400", port(state="1: DOWN"), "found mlx5_0 1: DOWN (5: LinkUp), wanted ACTIVE"),
    ("rdma_port mlx5_0 400", port(state="2: INIT"), "found mlx5_0 2: INIT (5: LinkUp), wanted ACTIVE"),
    ("rdma_port mlx5_0 400", port(rate="200 Gb/sec (2X NDR)"), "found mlx5_0 at 200 Gb/sec (2X NDR), wanted 400 Gb/s"),
    ("net_port enp170s0f1np1 100", interface(state="down"), "found enp170s0f1np1 down, wanted up"),
    ("net_port enp170s0f1np1 100", interface(speed="25000"), "found enp170s0f1np1 at 25000 Mb/s, wanted 100000"),
    ("net_port enp170s0f1np1 100", interface(speed="-1"), "found enp170s0f1np1 at -1 Mb/s, wanted 100000"),
    ("net_port eno9", interface(), "found no interface eno9"),
    ("mount /home nfs", mounts("x / ext4 rw 0 0\nx /homes nfs rw 0 0"), "found nothing mounted at /home, wanted nfs"),
    ("mount /home nfs", mounts("x /home ext4 rw 0 0"), "found ext4 mounted at /home, wanted nfs"),
    ("mount /nowhere nfs", mounts("x /nowhere nfs rw 0 0"), "found /nowhere mounted, but it does not answer"),
    ("disk 95 /", df("a 100 96 4 96% /\na 100 96 4 96% /", "a 100 1 99 1% /"),
     "found / 96% of space used, wanted at most 95%"),
    ("disk 95 /", df("a 100 1 9 1% /", "a 100 99 1 100% /"), "found / 100% of files used, wanted at most 95%"),
    ("disk 95 /nowhere-at-all", nothing, "found no answer of df for /nowhere-at-all"),
    ("clock", prints("chronyc", "00000000,,0,0.0,0,0,0,0,0,0,0,0,0,Not synchronised"), "found clock Not synchronised"),
    ("clock", prints("chronyc", "506 Cannot talk to daemon", 1),
     "found chronyd does not answer: 506 Cannot talk to daemon"),
    ("xid 13 94", journal(XID.format(79), XID.format(13)),
     "found Xid 79 at PCI:0000:18:00, wanted none within an hour"),
    ("xid 13 94", journal(XID.format(194)), "found Xid 194 at"),
    ("xid 13 94", journal(XID.format(9)), "found Xid 9 at"),
    ("xid", journal("x y z NVRM: Xid (PCI:0001:00:00 GPU-I:01): 48, whatever"),
     "found Xid 48 at PCI:0001:00:00 GPU-I:01"),
    ("xid", journal(rc=1), "found journalctl ended with 1"),
    ("host_name dgx-001", prints("uname", "dgx-0010"), "found the name dgx-0010, wanted dgx-001"),
]  # fmt: skip


def run(node: Node, words: str) -> tuple[int, str]:
    """Words are parted by blanks; behind a | stands one with blanks."""
    plain, _, last = words.partition("|")
    return node.check(*plain.split(), *([last] if last else []))


@pytest.mark.parametrize(("words", "made"), GOOD, ids=[w for w, _ in GOOD])
def test_it_passes_and_says_nothing(node: Node, words: str, made: Made) -> None:
    made(node)
    assert run(node, words) == (0, "")


@pytest.mark.parametrize(("words", "made", "said"), BAD, ids=[f"{w}: {s}" for w, _, s in BAD])
def test_it_fails_in_one_line(node: Node, words: str, made: Made, said: str) -> None:
    made(node)
    rc, out = run(node, words)
    assert (rc, out.count("\n")) == (1, 0)
    assert out.startswith("found ")
    assert said in out


def test_each_check_passes_somewhere_and_fails_somewhere_else() -> None:
    names = sorted(path.name for path in CHECKS.iterdir())
    assert sorted({words.split()[0] for words, _ in GOOD}) == names
    assert sorted({words.split()[0] for words, _, _ in BAD}) == names


def test_each_check_is_a_small_program_that_says_how_it_is_called() -> None:
    for path in CHECKS.iterdir():
        text = path.read_text().splitlines()
        assert text[0] == "#!/bin/sh"
        assert text[1].startswith(f"# {path.name}")
        assert len(text) <= 20
        assert os.access(path, os.X_OK)


def test_the_kernel_is_asked_for_the_last_hour_of_this_boot(node: Node) -> None:
    """`--dmesg` reads the messages of this boot alone (journalctl(1))."""
    node.program("journalctl", 'case "$*" in *--dmesg*--since=-1h*) ;; *) echo "$*"; exit 1 ;; esac')
    assert node.check("xid") == (0, "")
