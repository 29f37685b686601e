#!/bin/bash
# What /etc/kafka/docker/run does in the image apache/kafka: turns KAFKA_* variables into settings, formats the
# directory if it is new, and becomes the broker.
set -e
config=/opt/kafka/config
: "${CLUSTER_ID:=5L6g3nShT-eMCtK--X86sw}"
export CLUSTER_ID
JAVA=(java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow
    --enable-native-access=ALL-UNNAMED -Dorg.slf4j.simpleLogger.logFile=System.out -cp '/opt/kafka/libs/*')
mkdir -p /tmp/defaults
echo 'log.dirs=/var/lib/kafka/data' >/tmp/defaults/server.properties
echo '{}' >/tmp/defaults/log4j2.yaml
echo '{}' >/tmp/defaults/tools-log4j2.yaml
"${JAVA[@]}" kafka.docker.KafkaDockerWrapper setup \
    --default-configs-dir /tmp/defaults --mounted-configs-dir /mnt/shared/config --final-configs-dir "$config"
exec "${JAVA[@]}" kafka.Kafka "$config/server.properties"
