#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dt-validate of dt-schema 2026.9 ends with 0 whatever it finds. A property that the schema forbids is told on standard
# error, and the status is that of a good tree: a build that looks at the status alone never fails. A compatible string
# that no schema knows is not told at all without -m, and ends with 0 with it.
#
# Seen (Python 3.11, dtc 1.6.1), lines about the node and status:
#   good node                       0 lines, status 0
#   a property the schema forbids   2 lines, status 0
#   an unknown compatible           0 lines, status 0
#   an unknown compatible, -m       1 line,  status 0
#
# Needs Debian 12's package lists (apt-get update), python3 with pip, dtc and network; all else goes into a temporary folder.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --no-deps --target "$place/packages" \
  dtschema==2026.9 jsonschema==4.26.0 jsonschema-specifications==2025.9.1 referencing==0.37.0 rpds-py==2026.9.1 \
  attrs==26.1.0 typing-extensions==4.16.0 ruamel.yaml==0.18.6 rfc3987==1.3.8
chmod 755 "$place"
(cd "$place" && apt-get -qq -o APT::Sandbox::User=root download python3-libfdt=1.6.1-4+b1 libfdt1=1.6.1-4+b1)
for package in "$place"/*.deb; do dpkg -x "$package" "$place/root"; done
PYTHONPATH="$place/packages:$place/root/usr/lib/python3/dist-packages"
LD_LIBRARY_PATH=$(echo "$place"/root/usr/lib/*-linux-gnu)
export PYTHONPATH LD_LIBRARY_PATH

mkdir "$place/bindings"
cat >"$place/bindings/acme,lamp.yaml" <<'YAML'
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
%YAML 1.2
---
$id: http://devicetree.org/schemas/acme,lamp.yaml#
$schema: http://devicetree.org/meta-schemas/core.yaml#
title: A lamp
maintainers:
  - A Keeper <keeper@example.org>
properties:
  compatible:
    const: acme,lamp
  reg:
    maxItems: 1
required:
  - compatible
  - reg
additionalProperties: false
YAML
"$place/packages/bin/dt-mk-schema" -j -o "$place/schema.json" "$place/bindings"

check() { # properties of the node, options
  printf '/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; model = "a"; compatible = "acme,b"; lamp@1000 { reg = <0x1000 4>; %s }; };' "$1" |
    dtc -q -I dts -O dtb -o "$place/tree.dtb" -
  shift
  status=0
  "$place/packages/bin/dt-validate" "$@" -s "$place/schema.json" "$place/tree.dtb" >"$place/said" 2>&1 || status=$?
  echo "$(grep -c 'lamp@1000' "$place/said") $status"
}
good=$(check 'compatible = "acme,lamp";')
forbidden=$(check 'compatible = "acme,lamp"; shade = "red";')
unknown=$(check 'compatible = "acme,unheard";')
unknown_m=$(check 'compatible = "acme,unheard";' -m)
echo "dt-validate 2026.9, lines and status: good $good, forbidden property $forbidden, unknown compatible $unknown, with -m $unknown_m"
[ "$good, $forbidden, $unknown, $unknown_m" = '0 0, 2 0, 0 0, 1 0' ] || { echo "this has changed"; exit 1; }
