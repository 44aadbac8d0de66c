"""Machines reach archives as the host does: proxies, certificates and patience are carried, nothing else is."""

from __future__ import annotations

import pytest

from dgxops.lab.hostapt import carried

CASES = [
    ('Acquire::http::Proxy "http://cache:3142";\n', {}, 'Acquire::http::Proxy "http://cache:3142";\n'),
    ('Acquire::https::CaInfo "/etc/ssl/site.pem";\n', {}, 'Acquire::https::CaInfo "/etc/ssl/site.pem";\n'),
    ('Acquire::Check-Valid-Until "false";\n', {}, 'Acquire::Check-Valid-Until "false";\n'),
    ('Acquire::http "";\nAcquire::http::Proxy "";\n', {}, ""),
    ('APT::NeverAutoRemove:: "^linux";\nDPkg::Post-Invoke:: "rm -rf /";\n', {}, ""),
    ('Acquire::IndexTargets::deb::DEP-11::Description "x";\n', {}, ""),
    ("", {"http_proxy": "http://env:8080"}, 'Acquire::http::Proxy "http://env:8080";\n'),
    (
        'Acquire::http::Proxy "http://apt:1";\n',
        {"http_proxy": "http://env:2", "https_proxy": "http://env:3"},
        'Acquire::http::Proxy "http://apt:1";\nAcquire::https::Proxy "http://env:3";\n',
    ),
]


@pytest.mark.parametrize(("dump", "environment", "expected"), CASES)
def test_carried(dump: str, environment: dict[str, str], expected: str) -> None:
    assert carried(dump, environment) == expected
