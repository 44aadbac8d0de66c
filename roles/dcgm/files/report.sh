# What this host says of DCGM, as YAML: "sh -c <this> sh PORT PACKAGE..."; port 0 asks no exporter
port=$1
shift
echo "packages:"
for package; do
  echo "  $package: '$(dpkg-query -W -f='${db:Status-Want} ${db:Status-Status}' "$package" 2>/dev/null)'"
done
for unit in nvidia-dcgm nvidia-dcgm-exporter; do
  echo "$unit: '$(systemctl is-enabled "$unit.service" 2>/dev/null) $(systemctl is-active "$unit.service" 2>/dev/null)'"
done
echo "engine: '$(dcgmi discovery --list 2>/dev/null | sed -n 's/^\([0-9]*\) GPU.*/\1/p')'"
# An exporter that has just been started has read nothing yet
metrics=
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$port" = 0 ] && break
  metrics=$(python3 -c 'import http.client, sys; c = http.client.HTTPConnection("localhost", sys.argv[1], timeout=5); c.request("GET", "/metrics"); print(c.getresponse().read().decode())' "$port" 2>/dev/null)
  case $metrics in *DCGM_FI_*) break ;; esac
  sleep 1
done
echo "exported: '$(echo "$metrics" | sed -n 's/^DCGM_FI_[A-Z_]*{.*gpu="\([0-9]*\)".*/\1/p' | sort -u | wc -l)'"
