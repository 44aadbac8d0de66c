# What this host really does, as YAML. Arguments: user names; for each, whether sudo lets it do everything.
echo "sshd: |"
sshd -T -C "user=$1,host=localhost,addr=127.0.0.1" | sed 's/^/  /'
echo "sudo:"
for user; do
  echo "  '$user': $(sudo -l -U "$user" | grep -c 'NOPASSWD: ALL')"
done
echo "keys: [$(cd /etc/ssh/authorized_keys.d && ls | paste -sd,)]"
echo "open_accounts: [$(today=$(($(date +%s) / 86400))
  while IFS=: read -r user _ _ _ comment _; do
    expires=$(getent shadow "$user" | cut -d: -f8)
    if [ "$comment" = 'dgxops admin' ] && [ "${expires:-$today}" -ge "$today" ]; then echo "$user"; fi
  done </etc/passwd | paste -sd,)]"
