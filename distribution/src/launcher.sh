#!/bin/sh
# Starts %{seckill.command}. JAVA_HOME says with which Java; JAVA_OPTS has further options for it, and wins.
set -eu

OLDEST_JAVA=17
WARNS_OF_NATIVE_ACCESS=24

fail() {
  printf '%{seckill.command}: %s\n' "$*" >&2
  exit 1
}

# What a path is after all symbolic links.
resolve() {
  resolved=$1
  while [ -L "$resolved" ]; do
    link=$(readlink "$resolved")
    case $link in
      /*) resolved=$link ;;
      *) resolved=$(dirname "$resolved")/$link ;;
    esac
  done
  printf '%s\n' "$resolved"
}

home=$(cd "$(dirname "$(resolve "$0")")/.." && pwd -P)

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java; set it to Java $OLDEST_JAVA or newer, or unset it"
else
  java=$(command -v java) || fail "there is no java on the PATH; install Java $OLDEST_JAVA or newer, or set JAVA_HOME to it"
fi

# The feature version, such as 17: out of a file if there is one, since a JVM takes longer to say it.
release=$(dirname "$(dirname "$(resolve "$java")")")/release
feature=
if [ -r "$release" ]; then
  feature=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9._]*\).*/\1/p' "$release")
fi
if [ -z "$feature" ]; then
  feature=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9._]*\).*/\1/p' | head -n 1)
fi
feature=${feature#1.}
feature=${feature%%[!0-9]*}
[ "${feature:-0}" -ge "$OLDEST_JAVA" ] || fail "$java is Java ${feature:-of an unknown version}; Java $OLDEST_JAVA or newer is needed, in JAVA_HOME or on the PATH"

newer=
if [ "$feature" -ge "$WARNS_OF_NATIVE_ACCESS" ]; then
  newer='--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'
fi
terminal=false
if [ -t 2 ]; then
  terminal=true
fi
# Netty's search for leaked buffers takes a stack trace of one buffer in 128, which is 2 to 3 % of a server's time.
# JAVA_OPTS holds several options, and no patterns of file names; it comes last, so that it wins.
set -f
# shellcheck disable=SC2086
exec "$java" -XX:+UseParallelGC -Xms128m -Xmx512m -XX:+ExitOnOutOfMemoryError %{seckill.java.options} \
  -Dio.netty.leakDetection.level=disabled -Dio.grpc.netty.shaded.io.netty.leakDetection.level=disabled \
  "-Dseckill.command=$0" "-Dseckill.terminal=$terminal" $newer ${JAVA_OPTS:-} \
  -cp "$home/lib/*" %{seckill.main} "$@"
