#!/bin/sh
# Runs once, while the lab's base system is built: $1 is its tree, $2 the user that Ansible logs in as.
set -eu
umask 022
root=$1
user=$2

# A lab machine is thrown away; it need not survive a power cut in the middle of an installation.
echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/dgxops-lab"

# Of apt's two caches the one that all machines share, below them, is enough: the other is 45 MB to each after every
# installation, and saves no time that could be measured.
cat > "$root/etc/apt/apt.conf.d/90dgxops-lab" << 'END'
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache::pkgcache "";
END

chroot "$root" useradd --create-home --shell /bin/bash "$user"
printf '%s ALL=(ALL) NOPASSWD: ALL\n' "$user" > "$root/etc/sudoers.d/dgxops-lab"
chmod 0440 "$root/etc/sudoers.d/dgxops-lab"

# Each machine gets keys, a name and an identity of its own.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/resolv.conf"

# Nothing installs packages behind Ansible's back, and no console waits for a login.
rm -f "$root"/etc/systemd/system/timers.target.wants/apt-daily*.timer
chroot "$root" systemctl mask --quiet console-getty.service apt-daily.timer apt-daily-upgrade.timer
chroot "$root" systemctl enable --quiet systemd-networkd.service
chroot "$root" systemctl disable --quiet systemd-networkd-wait-online.service
if [ -e "$root/usr/lib/systemd/system/ssh.socket" ]; then
  chroot "$root" systemctl disable --quiet ssh.socket
  chroot "$root" systemctl enable --quiet ssh.service
fi

# Certificate authorities that this site added to the host.
if [ -d "$root/usr/local/share/ca-certificates" ]; then chroot "$root" update-ca-certificates > /dev/null 2>&1; fi

# Done here once, not at the first boot of every machine.
chroot "$root" systemd-hwdb update 2> /dev/null || :
chroot "$root" journalctl --update-catalog
rm -f "$root"/var/cache/apt/*.bin
chroot "$root" apt-cache gencaches
sleep 1
touch "$root/etc/.updated" "$root/var/.updated"
