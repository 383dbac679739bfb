#!/bin/sh
# Process 1 of a virtual machine of `npm run test:targets`. Prints the answers as lines that begin with @@, and turns the machine off.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /nohome /run
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=1777 scratch /mnt 2>/dev/null
mount -t securityfs security /sys/kernel/security 2>/dev/null
mount -t cgroup2 cgroup /sys/fs/cgroup 2>/dev/null
# As every system has it. TOMOYO of Linux before 6.12 looks a program up by it that is executed by its descriptor.
ln -s /proc/self/fd /dev/fd
ip link set lo up
chmod 1777 /tmp /var/tmp /dev/shm
chmod 666 /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty
chown -R 65534:65534 /var/tmp/moated-fixtures-65534 /nohome
export PATH=/bin:/usr/bin LD_LIBRARY_PATH=/usr/lib
echo "@@kernel $(uname -r) $(uname -m) lsm=$(cat /sys/kernel/security/lsm 2>/dev/null)"

# as_nobody MODE: the report of the machine, the installed package and the tests.
as_nobody() {
  echo "@@mode $1"
  su nobody -s /bin/sh -c "HOME=/nohome node /moated/dist/cli/main.js doctor --json" | sed 's/^/@@hard /'
  su nobody -s /bin/sh -c "HOME=/nohome node /moated/dist/cli/main.js doctor --json --compat best-effort" | sed 's/^/@@doctor /'
  (cd /app && su nobody -s /bin/sh -c "HOME=/nohome node scripts/smoke.mjs ." 2>&1 | sed 's/^/@@smoke /')
  su nobody -s /bin/sh -c "HOME=/nohome MOATED_GUEST_MODE=$1 node /moated/test/targets/guest.mjs" 2>&1
}

mkdir -p /work/project/.git/hooks
echo '[core]' > /work/project/.git/config
chown -R 65534:65534 /work
cd /work/project
as_nobody namespaces
echo 0 > /proc/sys/user/max_user_namespaces
as_nobody light
read -r up rest < /proc/uptime
echo "@@done $up"
poweroff -f
