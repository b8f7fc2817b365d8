// SPDX-License-Identifier: Apache-2.0
import type { Bridge } from './module-texts';

/** A place outside of the module's folder that has to know it. */
export interface Place {
  file: string;
  /** What to do there, and the lines for it. */
  what: string;
  lines: string[];
}

/** Everything that has to know a bridge, in the order in which it takes effect. */
export function placesOf({ name, receive, transmit }: Bridge, modules: string, services: number): Place[] {
  return [
    {
      file: `${modules}/nexus_ion/bus.c`,
      what: 'services: the pair of rings that becomes the service; a row more',
      lines: [`\t{ "${name}", ION_CHANNEL_${receive.toUpperCase()}, ION_CHANNEL_${transmit.toUpperCase()} },`],
    },
    {
      file: `${modules}/nexus_ion/window.h`,
      what: 'how many services there are',
      lines: [`#define NEXUS_SERVICES ${services + 1}`],
    },
    {
      file: `${modules}/test/ion_attach_test.c`,
      what: 'names: the devices that a test of nexus_ion expects; one more at the end',
      lines: [`"nexus-${name}"`],
    },
    {
      file: 'linux-cell/init/initramfs.yaml',
      what: 'modules: behind nexus_ion, so that /init loads it',
      lines: [`  - nexus_${name}`],
    },
    {
      file: 'linux-cell/init/devices.c',
      what: 'devices: what /init looks for once it is loaded; a function and a row',
      lines: [
        `static bool probe_${name}(struct text *record)`,
        '{',
        '\t(void)record;',
        `\treturn sys_access("/sys/bus/nexus/drivers/nexus_${name}/nexus-${name}") >= 0;`,
        '}',
        '',
        `\t{ "nexus-${name}", "${name}", probe_${name} },`,
      ],
    },
  ];
}

export function placeText({ file, what, lines }: Place): string {
  return [`${file}: ${what}`, ...lines.map((line) => `    ${line}`.trimEnd())].join('\n');
}
