#!/bin/bash
# Names the images of Dockerfile and docker-compose.yml by their digests, as their registry tells
# them today: name:tag becomes name:tag@sha256:... Run it again for the digests of a later day. It
# needs docker with buildx, and the registry; it changes nothing unless every digest is known.
set -euo pipefail
cd "${1:-"$(dirname "$0")/.."}"

images=$(sed -nE 's/^(ARG PYTHON_IMAGE=| +image: )([^ @]+)(@.*)?$/\2/p' Dockerfile docker-compose.yml)
changes=()
for image in $images; do
  digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "no digest of $image: $digest" >&2 && exit 1; }
  changes+=(-e "s|^(ARG PYTHON_IMAGE=\| +image: )$image(@.*)?\$|\1$image@$digest|")
  echo "$image@$digest"
done
sed -E -i "${changes[@]}" Dockerfile docker-compose.yml
