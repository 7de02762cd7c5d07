#!/usr/bin/env bash
# Does deploy/docker/serve/Dockerfile build, and does its image serve as the pages say, where there is no Docker engine and no registry of images?
#   bash campaigns/deploy-debian.sh [MODEL.onnx]
# Podman builds and runs it; Debian comes from debootstrap, the SDK from this machine: they stand in for the two base images. Root; some 2 GB in the temporary folder, gone at the end.
# Without MODEL.onnx, one of a few seconds is made by the command in out/ (or the one that JUSTALEXNET names), which also says what the answer has to be. Exit code 1: something is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in debootstrap podman runc curl nsenter dotnet; do
  command -v "$tool" >/dev/null || { echo "$tool is not here: apt-get install --no-install-recommends debootstrap podman buildah runc curl" >&2; exit 2; }
done
command=$(realpath "${JUSTALEXNET:-out/bin/JustAlexNet.Cli/release/justalexnet}")
work=$(mktemp -d)
engine=(podman --root "$work/images" --runroot "$work/run" --runtime runc --log-level fatal)
limits=(--ulimit nofile=4096:4096 --ulimit nproc=4096:4096)      # podman's own are more than a virtual machine may allow
clean() { "${engine[@]}" rm --all --force --time 0 >/dev/null 2>&1 || true; umount "$work/images/overlay" 2>/dev/null || true; rm -rf "$work"; }
trap clean EXIT

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }
expect() { if [ "$2" = "$3" ]; then printf 'ok    %s: %s\n' "$1" "$3"; else printf 'WRONG %s: expected %s, got %s\n' "$1" "$2" "$3" >&2; exit 1; fi; }

step "Debian 12 by debootstrap"
debootstrap --variant=minbase bookworm "$work/debian" > "$work/debootstrap.log" || { tail -5 "$work/debootstrap.log"; exit 1; }
rm -rf "$work"/debian/var/cache/apt/archives/*.deb "$work"/debian/var/lib/apt/lists/* "$work"/debian/usr/share/{doc,man,locale}/*        # as the slim image
tar -C "$work/debian" -c . | "${engine[@]}" import --quiet - localhost/debian:12-slim >/dev/null
rm -rf "$work/debian"

step "An SDK as its image has it: this machine's"
"${engine[@]}" build --quiet --network host "${limits[@]}" --tag localhost/sdk:10.0 - >/dev/null <<'FILE'
FROM localhost/debian:12-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates libssl3 libstdc++6 && ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 SSL_CERT_FILE=/authorities.pem
FILE

step "The Dockerfile"
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
"${engine[@]}" build --network host "${limits[@]}" --format docker --file deploy/docker/serve/Dockerfile --ignorefile deploy/docker/serve/Dockerfile.dockerignore --tag justalexnet-serve \
  --build-arg SDK=localhost/sdk:10.0 --build-arg BASE=localhost/debian:12-slim \
  --volume "$(dirname "$(realpath "$(command -v dotnet)")"):/usr/share/dotnet:ro" --volume "$packages:/root/.nuget/packages" --volume "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}:/authorities.pem:ro" . > "$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
"${engine[@]}" images --format '{{.Repository}} {{.Size}}' justalexnet-serve
look() { "${engine[@]}" run --rm --network none --health-interval disable "${limits[@]}" --entrypoint "$1" justalexnet-serve "${@:2}"; }
look du --summarize --human-readable /app
expect "files of libtorch" 0 "$(look find /app -name 'libtorch*' | wc -l)"

step "A model and what it has to answer"
mkdir -p "$work/models/clothes/1"
if [ $# -gt 0 ]; then cp "$1" "$work/models/clothes/1/model.onnx"
else
  "$command" transfer samples/clothing-mini --backbone onnx:tests/Shared/channel-means.onnx --preprocessing squash --image-size 16 --output "$work/transfer" > "$work/transfer.log" 2>&1 || { tail -5 "$work/transfer.log"; exit 1; }
  cp "$work/transfer/best_model.onnx" "$work/models/clothes/1/model.onnx"
fi
class=$("$command" predict samples/test.png --checkpoint "$work/models/clothes/1/model.onnx" --topk 1 | awk '{ print $2 }')
echo "shop:$(head -c 24 /dev/urandom | base64 | tr -d '+/=')" > "$work/keys"
key=$(cut -d: -f2 "$work/keys")
chmod -R a+rX "$work/models" "$work/keys"
chmod a+x "$work"

# A network of its own, in which 8000 is free; asked from within.
start() { "${engine[@]}" run --detach --name served --network none --health-interval disable "${limits[@]}" --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --volume "$work/models:/models:ro" "$@" >/dev/null; }
ask() { nsenter --net --target "$("${engine[@]}" inspect served --format '{{.State.Pid}}')" curl --silent --show-error --max-time 30 "$@"; }
status() { ask --output /dev/null --write-out '%{http_code}' "$@"; }
field() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$("${engine[@]}" inspect served --format '{{.State.Pid}}')/status"; }

step "Without keys it does not start"
start justalexnet-serve
expect "exit code" 1 "$("${engine[@]}" wait served)"
"${engine[@]}" logs served
"${engine[@]}" rm served >/dev/null

step "With keys, read-only, without rights"
start --volume "$work/keys:/run/secrets/api-keys:ro" justalexnet-serve
ask --no-show-error --fail --retry 60 --retry-connrefused --retry-delay 1 --output /dev/null http://127.0.0.1:8000/v2/health/ready
expect "user" 10001 "$(field Uid)"
expect "capabilities" 0000000000000000 "$(field CapEff)"
expect "new privileges forbidden" 1 "$(field NoNewPrivs)"
expect "files open for writing in the image" 0 "$(find "/proc/$("${engine[@]}" inspect served --format '{{.State.Pid}}')/fd" -lname '/*' ! -lname '/dev/*' ! -lname '/proc/*' ! -lname '/sys/*' ! -lname '/memfd:*' -perm -u+w | wc -l)"
"${engine[@]}" healthcheck run served && echo "ok    health check"
expect "status without a key" 401 "$(status --data-binary @samples/test.png http://127.0.0.1:8000/v1/classify)"
answer=$(ask --header "X-API-Key: $key" --form a=@samples/test.png --form b=@samples/test.png 'http://127.0.0.1:8000/v1/classify?topk=1')
echo "      $answer"
expect "classes" "$class $class" "$(grep -o '"class":"[^"]*"' <<< "$answer" | cut -d'"' -f4 | paste -sd' ')"
expect "status of the page" 200 "$(status http://127.0.0.1:8000/)"
expect "answered, by the metrics" 1 "$(ask http://127.0.0.1:8002/metrics | awk '/^nv_inference_request_success/ { print $2 }')"
grep -E 'VmRSS|VmHWM' "/proc/$("${engine[@]}" inspect served --format '{{.State.Pid}}')/status"

step "SIGTERM"
"${engine[@]}" stop --time 40 served >/dev/null
expect "exit code" 0 "$("${engine[@]}" inspect served --format '{{.State.ExitCode}}')"
"${engine[@]}" logs served | tail -2
printf '\nAll as it should be (%d s)\n' "$SECONDS"
