// SPDX-License-Identifier: Apache-2.0
import type { Fault } from '@nexus-forge/config';
import { formatPlace, type Place } from '@nexus-forge/process';
import type { LoadedBoard } from './board';
import type { LoadedCell } from './cell';

/** A run of shared peripheral interrupts and who uses it. */
interface Claim {
  who: string;
  first: number;
  count: number;
  at: Place;
}

/** Faults of the interrupt map: an interrupt used twice, or one that the controller doesn't have. */
export function interruptFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  return [...privateFaults(board), ...sharedFaults(board, cell)];
}

/** The private peripheral interrupts of a core: each is wired to one thing. */
function privateFaults(board: LoadedBoard): Fault[] {
  const { timer, gic } = board.value;
  const uses = [
    ...TIMERS.map((name) => ({ who: `the ${name} timer`, number: timer[name], at: board.placeOf(['timer', name]) })),
    { who: "the GIC's maintenance", number: gic.maintenance_ppi, at: board.placeOf(['gic', 'maintenance_ppi']) },
  ];
  return uses.flatMap(({ who, number, at }, index) =>
    uses
      .slice(0, index)
      .filter((other) => other.number === number)
      .map((other) => ({
        at,
        summary: `${who} has the private interrupt of ${other.who}`,
        expected: `none of PPI ${other.number} (${formatPlace(other.at)})`,
        found: `PPI ${number}`,
      })),
  );
}

const TIMERS = ['secure', 'physical', 'virtual', 'hypervisor'] as const;

function sharedFaults(board: LoadedBoard, cell: LoadedCell): Fault[] {
  const limit = board.value.gic.spi_count;
  const claims = [...boardClaims(board), { who: 'the doorbell', first: cell.value.doorbell_spi, count: 1, at: cell.placeOf(['doorbell_spi']) }];
  return claims.flatMap((claim, index) => [
    ...(claim.first + claim.count <= limit
      ? []
      : [
          {
            at: claim.at,
            summary: `the interrupt of ${claim.who} does not exist`,
            expected: `below ${limit} (${formatPlace(board.placeOf(['gic', 'spi_count']))})`,
            found: shown(claim),
          },
        ]),
    ...claims
      .slice(0, index)
      .filter((other) => claim.first < other.first + other.count && other.first < claim.first + claim.count)
      .map((other) => ({
        at: claim.at,
        summary: `the interrupt of ${claim.who} is already used by ${other.who}`,
        expected: `none of ${shown(other)} (${formatPlace(other.at)})`,
        found: shown(claim),
      })),
  ]);
}

function shown(claim: Claim): string {
  return claim.count === 1 ? `SPI ${claim.first}` : `SPIs ${claim.first} to ${claim.first + claim.count - 1}`;
}

function boardClaims(board: LoadedBoard): Claim[] {
  const { serial, devices = [], virtio_mmio: row, claimed_spis: claimed = [] } = board.value;
  const described = [
    { device: serial, path: ['serial', 'spi'] },
    ...devices.map((device, index) => ({ device, path: ['devices', index, 'spi'] })),
  ].flatMap(({ device, path }) => (device.spi === undefined ? [] : [{ who: device.name, first: device.spi, count: 1, at: board.placeOf(path) }]));
  const transports = row
    ? [{ who: 'the virtio-mmio transports', first: row.first_spi, count: row.count, at: board.placeOf(['virtio_mmio', 'first_spi']) }]
    : [];
  const others = claimed.map(({ first, count, about }, index) => ({
    who: about,
    first,
    count,
    at: board.placeOf(['claimed_spis', index, 'first']),
  }));
  return [...described, ...transports, ...others];
}
