# What this host says of its driver, as YAML: "sh -c <this> sh FILE PACKAGE..."
module=$1
shift
echo "loaded: '$(awk '/^NVRM version:/ { for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+[.][0-9.]+$/) { print $i; exit } }' "$module" 2>/dev/null)'"
echo "installed: '$(dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed \(.*:\)\{0,1\}\([0-9.]*\).*/\2/p')'"
echo "packages:"
for package; do
  set -- $(dpkg-query -W -f='${db:Status-Want} ${db:Status-Status} ${Version}' "$package" 2>/dev/null)
  candidate=$(apt-cache policy "$package" | awk '$1 == "Candidate:" { print $2 }')
  echo "  $package: {selection: '$1', status: '$2', version: '$3', candidate: '$candidate'}"
done
echo "persistence: '$(systemctl is-enabled nvidia-persistenced.service 2>/dev/null) $(systemctl is-active nvidia-persistenced.service 2>/dev/null)'"
echo "gpus: [$(nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null | paste -sd,)]"
