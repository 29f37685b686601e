#!/usr/bin/env bash
# A private container engine for machines that have none, and a Kafka image for machines that reach no registry.
#
#   engine.sh start    starts dockerd out of Debian's packages; nothing is installed, everything lives under /tmp
#   engine.sh image    makes the image millrace/kafka:VERSION out of Maven's jars and a JDK's modules
#   engine.sh env      prints the variables that docker and Testcontainers need: eval "$(engine.sh env)"
#   engine.sh stop     stops it, with every container in it, and takes its files and its bridge away
#
# Needs root, a Debian mirror and a kernel that lets a process make namespaces and mounts. The engine has no
# iptables: containers reach each other and the host reaches their published ports (through docker-proxy), but
# containers reach nothing outside.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# each working copy has an engine of its own, out of reach of mvn clean
number=$(cksum <<<"$root" | cut -d' ' -f1)
ENGINE=${MILLRACE_ENGINE:-/tmp/millrace-engine-$number}
KAFKA=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$root/pom.xml")
PACKAGES="docker.io containerd runc tini iptables libip4tc2 libip6tc2 libnetfilter-conntrack3 libnfnetlink0 libnftnl11"
NETWORK=172.31.$((number % 250)).1/24
BRIDGE=mr$number
START_SECONDS=30

files=$ENGINE/files
export PATH="$files/usr/bin:$files/usr/sbin:$PATH" DOCKER_HOST="unix://$ENGINE/docker.sock"
# the engine's own libraries, for its own programs only
libraries=$files/usr/lib/x86_64-linux-gnu:$files/lib/x86_64-linux-gnu

fail() {
    echo "engine.sh: $*" >&2
    exit 1
}

answers() {
    docker version >/dev/null 2>&1
}

unpack() {
    [ -x "$files/usr/sbin/dockerd" ] && return
    mkdir -p "$ENGINE/packages" "$files"
    # shellcheck disable=SC2086
    (cd "$ENGINE/packages" && apt-get download -qq $PACKAGES 2>/dev/null) || fail "no Debian mirror has: $PACKAGES"
    for package in "$ENGINE"/packages/*.deb; do
        dpkg -x "$package" "$files"
    done
}

start() {
    [ "$(id -u)" = 0 ] || fail "needs root"
    command -v dpkg >/dev/null && command -v apt-get >/dev/null || fail "needs Debian's apt-get and dpkg"
    answers && return
    unpack
    make_bridge
    LD_LIBRARY_PATH=$libraries setsid nohup "$files/usr/sbin/dockerd" \
        --host="$DOCKER_HOST" --pidfile="$ENGINE/dockerd.pid" --data-root="$ENGINE/data" --exec-root="$ENGINE/exec" \
        --bridge="$BRIDGE" --ip=127.0.0.1 --storage-driver=overlay2 \
        --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        >"$ENGINE/dockerd.log" 2>&1 </dev/null &
    for _ in $(seq $((START_SECONDS * 5))); do
        answers && return
        sleep 0.2
    done
    tail -n 5 "$ENGINE/dockerd.log" >&2
    stop
    fail "dockerd did not answer within $START_SECONDS s"
}

make_bridge() {
    command -v ip >/dev/null || fail "needs the program ip (package iproute2)"
    ip link show "$BRIDGE" >/dev/null 2>&1 && return
    ip link add "$BRIDGE" type bridge && ip address add "$NETWORK" dev "$BRIDGE" && ip link set "$BRIDGE" up ||
        fail "this machine lets nobody make a network bridge"
}

stop() {
    if [ -f "$ENGINE/dockerd.pid" ]; then
        local pid
        pid=$(cat "$ENGINE/dockerd.pid")
        docker ps --all --quiet 2>/dev/null | xargs --no-run-if-empty docker rm --force >/dev/null 2>&1 || true
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.2
        done
        ! kill -0 "$pid" 2>/dev/null || echo "engine: dockerd (process $pid) did not end; its containers may still run" >&2
    fi
    ip link delete "$BRIDGE" 2>/dev/null || true
    rm -rf "$ENGINE"
}

# The image has what Testcontainers and docker-compose.yml use of apache/kafka: the same entry, the same translation
# of KAFKA_* variables (Kafka's own KafkaDockerWrapper), the same jars. It is not that image.
image() {
    local name=millrace/kafka:$KAFKA
    docker image inspect "$name" >/dev/null 2>&1 && return
    local rootfs=$ENGINE/rootfs
    rm -rf "$rootfs"
    mkdir -p "$rootfs"/{tmp,proc,sys,dev,etc/kafka/docker,mnt/shared/config,opt/kafka/config,opt/kafka/libs,var/lib/kafka/data}
    chmod 1777 "$rootfs/tmp"
    runtime "$rootfs/opt/java"
    jars "$rootfs/opt/kafka/libs"
    programs "$rootfs" bash cat chmod env id ls mkdir rm sleep
    ln -s bash "$rootfs/bin/sh"
    cp "$root/deploy/images/kafka-run.sh" "$rootfs/etc/kafka/docker/run"
    tar -C "$rootfs" -c . | docker import \
        --change 'ENV PATH=/opt/java/bin:/bin' --change 'EXPOSE 9092' --change 'CMD ["/etc/kafka/docker/run"]' \
        - "$name" >/dev/null
    rm -rf "$rootfs"
}

# Kafka's tests of its own image run on a full JDK; these are the modules that its server asks for.
runtime() {
    local jdk
    jdk=$(jdk_home)
    "$jdk/bin/jlink" --output "$1" --no-header-files --no-man-pages --add-modules \
        java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.management,jdk.net,jdk.security.auth,jdk.unsupported
}

jdk_home() {
    for home in "${MILLRACE_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        [ -n "$home" ] && [ -x "$home/bin/jlink" ] && grep -q '^JAVA_VERSION="2[5-9]' "$home/release" && echo "$home" && return
    done
    fail "needs a JDK 25 with jlink in MILLRACE_JAVA_HOME, JAVA_HOME or /usr/lib/jvm"
}

jars() {
    local project=$ENGINE/jars
    mkdir -p "$project"
    cat >"$project/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
    <modelVersion>4.0.0</modelVersion>
    <groupId>dev.millrace</groupId>
    <artifactId>kafka-jars</artifactId>
    <version>1</version>
    <dependencies>
        <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$KAFKA</version></dependency>
        <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
    </dependencies>
</project>
POM
    mvn -q -f "$project/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$1"
}

# Programs of this machine with the libraries they are linked to.
programs() {
    local rootfs=$1
    shift
    mkdir -p "$rootfs/bin" "$rootfs/lib64"
    local program library
    for program in "$@"; do
        program=$(command -v "$program")
        cp -L "$program" "$rootfs/bin/"
        for library in $(ldd "$program" "$rootfs/opt/java/bin/java" "$rootfs"/opt/java/lib/*.so "$rootfs"/opt/java/lib/server/*.so 2>/dev/null |
            sed -n 's:.*[[:space:]]\(/[^ ]*\) (0x.*:\1:p' | grep -v "^$rootfs" | sort -u); do
            mkdir -p "$rootfs$(dirname "$library")"
            cp -Ln "$library" "$rootfs$library"
        done
    done
}

# Testcontainers thinks that it is inside a container where a file /.dockerenv says so, and then takes the bridge's
# address, where nothing listens (ports are published on 127.0.0.1). Its reaper is an image out of a registry.
environment() {
    echo "export DOCKER_HOST=$DOCKER_HOST"
    echo "export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1"
    echo "export TESTCONTAINERS_RYUK_DISABLED=true"
    echo "export MILLRACE_KAFKA_IMAGE=millrace/kafka:$KAFKA"
    echo "export MILLRACE_CONTAINERS=required"
}

case "${1:-}" in
    start) start ;;
    image) image ;;
    env) environment ;;
    stop) stop ;;
    *) fail "expected start, image, env or stop" ;;
esac
