# What this host says of its driver and of what joins its GPUs, as YAML: "sh -c <this> sh FILE PACKAGE..."
module=$1
shift
nodes=/etc/nvidia-imex/nodes_config.cfg
installed() { # VERSION PACKAGE of what is installed of these names, without epoch and revision
  dpkg-query -W -f='${db:Status-Status} ${Version} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed \([0-9]*:\)\{0,1\}\([0-9.]*\)[^ ]* /\2 /p'
}
unit() { echo "$(systemctl is-enabled "$1" 2>/dev/null) $(systemctl is-active "$1" 2>/dev/null)"; }
echo "loaded: '$(awk '/^NVRM version:/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+[.][0-9.]+$/) { print $i; exit } }' "$module" 2>/dev/null)'"
echo "driver: '$(installed 'nvidia-driver-[0-9]*' | awk 'NR == 1 { print $1 }')'"
echo "there: [$(installed 'nvidia-fabricmanager*' 'nvidia-imex*' 'libnvsdm*' | sed "s/\(.*\) \(.*\)/'\2 \1'/" | paste -sd,)]"
echo "packages:"
for package; do
  set -- $(dpkg-query -W -f='${db:Status-Want} ${db:Status-Status} ${Version}' "$package" 2>/dev/null)
  candidate=$(apt-cache policy "$package" | awk '$1 == "Candidate:" { print $2 }')
  echo "  $package: {selection: '$1', status: '$2', version: '$3', candidate: '$candidate', of: '$(installed "$package" | cut -d' ' -f1)'}"
done
echo "services:"
for service in nvidia-fabricmanager.service nvidia-imex.service; do echo "  $service: '$(unit $service)'"; done
echo "fabric: [$(nvidia-smi -q 2>/dev/null | awk -F' : ' '/^ *Fabric *$/ { of = 1 } of && $1 ~ /^ *State *$/ { print "\047" $2 "\047"; of = 0 }' | paste -sd,)]"
echo "addresses: [$(hostname -I | xargs -r -n1 printf "'%s'\n" | paste -sd,)]"
echo "nodes: [$(sed -n "s/^[[:space:]]*\([0-9A-Fa-f.:]\{1,\}\)[[:space:]]*$/'\1'/p" $nodes 2>/dev/null | paste -sd,)]"
# The list is read when IMEX starts: one that is younger was not read
started=$(LC_ALL=C TZ=UTC systemctl show -p ExecMainStartTimestamp --value nvidia-imex.service 2>/dev/null)
[ "$(systemctl is-active nvidia-imex.service 2>/dev/null)" = active ] || started=
if [ -n "$started" ] && [ "$(stat -c %Y $nodes 2>/dev/null || echo 0)" -gt "$(date -d "$started" +%s)" ]; then echo "unread: true"; else echo "unread: false"; fi
echo "asked: $([ -s /run/dgxops/reboot-required.d/fabric_manager ] && echo true || echo false)"
