# What the host says, as YAML
echo "name: '$(cat /etc/hostname) $(hostname) $(hostname --fqdn)'"
echo "head: '$(getent ahostsv4 head-01 | awk 'NR == 1 { print $1 }')'"
echo "bmc: '$(getent hosts dgx-001-bmc | wc -l)'"
echo "owner: '$(stat -c '%U:%G %a' /etc/hosts)'"
echo "resolver: '$(paste -sd' ' /etc/resolv.conf)'"
