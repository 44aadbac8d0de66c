#!/bin/sh
# Inside a machine without a way out: start what a leading controller needs, then hand over to the command given.
# Environment: ADDRESSES, the controllers' own addresses; /slurm holds the files to try.
set -eu

# started LOG TEXT: wait until a daemon has written TEXT; say what it wrote instead
started() {
  for _ in $(seq 300); do
    if grep -qs "$2" "$1"; then return 0; fi
    if grep -qs 'fatal:' "$1"; then break; fi
    sleep 0.2
  done
  cat "$1" >&2
  exit 1
}

ip link set lo up
for address in $ADDRESSES; do ip address add "$address/32" dev lo; done

cp /slurm/hosts /etc/hosts
cp /slurm/*.conf /etc/slurm/
[ ! -e /slurm/topology.yaml ] || cp /slurm/topology.yaml /etc/slurm/
state=$(sed -n 's/^StateSaveLocation=//p' /etc/slurm/slurm.conf)
mkdir -p "$state" /run/munge /run/mysqld /run/slurmctld /run/slurmdbd
chown slurm: "$state" /run/slurmctld /run/slurmdbd
chown munge: /run/munge
chown mysql: /run/mysqld
runuser -u munge -- munged

mariadbd --user=mysql --skip-networking > /var/log/mariadbd.log 2>&1 &
started /var/log/mariadbd.log 'ready for connections'
mariadb -e "CREATE DATABASE slurm_acct_db; CREATE USER slurm@localhost IDENTIFIED BY 'try'; GRANT ALL ON slurm_acct_db.* TO slurm@localhost"

cat > /etc/slurm/slurmdbd.conf <<END
AuthType=auth/munge
DbdHost=$(hostname)
SlurmUser=slurm
PidFile=/run/slurmdbd/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=try
END
chown slurm: /etc/slurm/slurmdbd.conf
chmod 0600 /etc/slurm/slurmdbd.conf
runuser -u slurm -- slurmdbd -D > /var/log/slurmdbd.log 2>&1 &
started /var/log/slurmdbd.log 'slurmdbd version .* started'

runuser -u slurm -- slurmctld -D > /var/log/slurmctld.log 2>&1 &
started /var/log/slurmctld.log 'Running as primary controller'
exec "$@"
