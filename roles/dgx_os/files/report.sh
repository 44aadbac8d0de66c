# What this host really does, as YAML. Run it as an ordinary user, in a session of its own.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
configured() { cat /etc/security/limits.conf /etc/security/limits.d/*.conf | awk -v item="$1" '$1 == "*" && $3 == item { print $4 }' | tail -n 1; }
echo "memlock: {configured: '$(configured memlock)', session: '$(ulimit -l)'}"
echo "nofile: {configured: '$(configured nofile)', session: '$(ulimit -n)'}"
# A container may lack the right to raise limits (bit 24, CAP_SYS_RESOURCE); what is configured counts there.
bounding=$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status)
echo "may_raise_limits: $((0x$bounding >> 24 & 1))"
echo "timezone: '$(readlink /etc/localtime)'"
echo "unattended_upgrade: '$(apt-config dump APT::Periodic::Unattended-Upgrade | cut -d'"' -f2)'"
echo "unattended_upgrades: '$(dpkg-query -W -f='${db:Status-Status}' unattended-upgrades 2>/dev/null)'"
# Repositories of ours that apt has lists of: the key fits what is signed
signed=$(apt-get indextargets --format '$(SIGNED_BY) $(FILENAME)' 2>/dev/null | sort -u |
  while read -r key list; do if [ -n "$list" ] && [ -r "$list" ]; then echo "$key"; fi; done)
echo "repositories: [$(echo "$signed" | sed -n 's,^/etc/apt/keyrings/dgxops-\(.*\)\.asc$,\1,p' | sort -u | paste -sd,)]"
GRUB_CMDLINE_LINUX=
for file in /etc/default/grub /etc/default/grub.d/*.cfg; do
  if [ -r "$file" ]; then . "$file"; fi
done
echo "boot_parameters: '$GRUB_CMDLINE_LINUX'"
echo "blacklist: [$(modprobe --showconfig | awk '$1 == "blacklist" { print $2 }' | paste -sd,)]"
echo "sysctl:"
/usr/lib/systemd/systemd-sysctl --cat-config |
  awk -F= '/^[-a-z]/ && NF > 1 { gsub(/[ \t]/, "", $1); sub(/^[ \t]+/, "", $2); sub(/[ \t]+$/, "", $2); printf "  \"%s\": \"%s\"\n", $1, $2 }'
