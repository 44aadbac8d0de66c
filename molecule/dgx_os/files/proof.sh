# What the host says, as YAML
echo "link: '$(readlink /etc/localtime)'"
echo "packages: [$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' | awk '$1 == "ii" { print $2 }' | sed 's/.*/"&"/' | paste -sd,)]"
echo "memlock: '$(grep -h '^\* - memlock' /etc/security/limits.d/*)'"
echo "arp: '$(cat /proc/sys/net/ipv4/conf/all/arp_ignore)'"
echo "boot: '$(sh -c '. /etc/default/grub.d/90-dgxops.cfg; echo $GRUB_CMDLINE_LINUX')'"
echo "nouveau: '$(modprobe --showconfig | grep -c '^blacklist nouveau')'"
echo "request: '$(cat /run/dgxops/reboot-required.d/dgx_os 2>/dev/null | paste -sd';')'"
echo "sources: '$(grep -hE '^(URIs:|deb )' /etc/apt/sources.list /etc/apt/sources.list.d/* | paste -sd';')'"
