// SPDX-License-Identifier: Apache-2.0
// A graph of tasks as SVG: a box for each, an arrow to each that takes what it makes.
import { arrowsOf, columnsOf } from './layout.mjs';

const BOX = { width: 196, height: 46 };
/** Room for an arrow that passes a column. */
const LANE = 8;
const GAP = { x: 44, y: 18 };
const MARGIN = 12;

/** What the tasks of an executor make, for people. */
const MAKES = {
  'cell-bundle': 'Image, tree, initramfs, digests',
  'device-tree': "the board's and the cell's trees",
  'ion-abi': 'one ABI, as Zig and as C',
  'kbuild-module': 'a kernel module',
  'linux-image': 'Linux, unmodified',
  proof: 'QEMU boots it; the checks',
  'zig-build': 'Rumpk with its EL2 stub',
};

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @param tasks `{ dependencies: id → ids, executors: id → name }` */
export function draw({ dependencies, executors }) {
  const columns = columnsOf(dependencies);
  const heightOf = (entry) => (typeof entry === 'string' ? BOX.height : LANE);
  const heights = columns.map((entries) => entries.reduce((sum, entry) => sum + heightOf(entry) + GAP.y, -GAP.y));
  const size = {
    width: 2 * MARGIN + columns.length * BOX.width + (columns.length - 1) * GAP.x,
    height: 2 * MARGIN + Math.max(...heights),
  };
  const places = {};
  const lanes = {};
  columns.forEach((entries, column) => {
    const x = MARGIN + column * (BOX.width + GAP.x);
    let y = (size.height - heights[column]) / 2;
    for (const entry of entries) {
      if (typeof entry === 'string') places[entry] = { x, y };
      else (lanes[`${entry.from} ${entry.to}`] ??= []).push({ x, y: y + LANE / 2 });
      y += heightOf(entry) + GAP.y;
    }
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    '<!-- SPDX-License-Identifier: Apache-2.0. Written by `npx nx run nexus-forge:picture`. -->',
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>',
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    ...arrowsOf(dependencies).map(([from, to]) => arrow(places[from], lanes[`${from} ${to}`] ?? [], places[to])),
    ...Object.keys(places).sort().map((id) => box(id, places[id], executors[id])),
    '</svg>',
    '',
  ].join('\n');
}

/** From the right edge of one box to the left edge of another, straight through the lanes between them. */
function arrow(from, lanes, to) {
  const bend = GAP.x / 2;
  const start = { x: from.x + BOX.width, y: from.y + BOX.height / 2 };
  const curve = (a, x, y) => `C${a.x + bend} ${a.y} ${x - bend} ${y} ${x} ${y}`;
  let path = `M${start.x} ${start.y}`;
  let at = start;
  for (const { x, y } of lanes) {
    path += `${curve(at, x, y)}H${x + BOX.width}`;
    at = { x: x + BOX.width, y };
  }
  path += curve(at, to.x - 2, to.y + BOX.height / 2);
  return `<path d="${path}" fill="none" stroke="#667" marker-end="url(#head)"/>`;
}

function box(id, { x, y }, executor) {
  const middle = x + BOX.width / 2;
  const makes = MAKES[executor] ?? executor;
  return [
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="#eef3fa" stroke="#446"/>`,
    `<text x="${middle}" y="${y + 20}" text-anchor="middle" font-weight="bold" font-size="11">${escaped(id)}</text>`,
    `<text x="${middle}" y="${y + 36}" text-anchor="middle" font-size="10" fill="#445">${escaped(makes)}</text>`,
  ].join('');
}
