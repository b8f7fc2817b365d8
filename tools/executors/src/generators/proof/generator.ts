// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { BOARD_NAME } from '@nexus-forge/devicetree';
import { ForgeError } from '@nexus-forge/process';
import { parse } from 'yaml';
import { boardsIn, type BoardApp } from '../board/boards';
import { fileIn } from '../folders';
import { refuseExisting, refuseOtherName } from '../new-name';
import { rootsIn } from '../roots-in';
import { schemaPath } from '../schema-path';
import { proofText } from './proof-text';

export interface ProofGeneratorOptions {
  name: string;
  boards?: string;
  build?: string;
  title?: string;
  marker?: string;
  directory?: string;
}

/** What a proof has to know of a board. */
interface Board {
  name: string;
  package?: string;
  builds: string[];
  isPlayed: boolean;
}

/** Adds a proof; no other file is written. */
export default async function proofGenerator(tree: Tree, options: ProofGeneratorOptions): Promise<() => void> {
  const { name, build = 'firmware', marker = '^@rumpk end ', title = `${name}: the firmware is entered` } = options;
  refuseOtherName('proof', name, BOARD_NAME);
  const file = fileIn(tree, 'proof', options.directory, `${name}.proof.yaml`);
  refuseExisting(tree, file);
  const target = `proof-${name}`;
  refuseTakenTarget(tree, target);
  const boards = chosen(tree, options.boards ?? 'all', build);
  const images = [...new Set(boards.map((board) => `${posix.basename(board.package ?? '')}.img`))];
  const [image = ''] = images;
  if (images.length > 1) {
    throw new ForgeError('these boards build different kernels', {
      expected: 'boards whose firmware.package is one folder',
      found: boards.map((board) => `${board.name}: ${board.package}`).join(', '),
      fix: 'give --boards some of them, and make one proof for each kernel',
    });
  }
  tree.write(
    file,
    proofText({
      name,
      title,
      schema: schemaPath(tree, 'proof', file),
      boards: (options.boards ?? 'all') === 'all' ? 'all' : boards.map((board) => board.name),
      build,
      image,
      marker,
    }),
  );
  return () => console.log(`Next: ${boards.map((board) => `npx nx run ${board.name}:${target}`).join('\n      ')}`);
}

function chosen(tree: Tree, given: string, build: string): Board[] {
  const known = boardsIn(tree);
  const all = known.map(({ name }) => name);
  const names = given === 'all' ? all : given.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const expected = all.join(', ') || 'none is there: npx nx g @nexus-forge/nx:init brings a first one';
    throw new ForgeError(`there is no board ${unknown}`, { expected: `of ${expected}`, found: given });
  }
  const boards = names.flatMap((name) => known.filter((board) => board.name === name)).map((one) => read(tree, one));
  const able = boards.filter((board) => board.isPlayed && board.builds.includes(build));
  const unable = boards.find((board) => !able.includes(board));
  if (able.length > 0 && (given === 'all' || unable === undefined)) return able;
  throw new ForgeError(
    unable === undefined ? 'there is no board to hold it on' : `${unable.name} cannot run this proof`,
    {
      expected: `a qemu section, and a build ${build} among firmware.builds`,
      found: unable && `qemu: ${unable.isPlayed ? 'there' : 'none'}; builds: ${unable.builds.join(', ') || 'none'}`,
      fix: 'choose another board, or give --build one that it has',
    },
  );
}

interface BoardText {
  firmware?: { package?: string; builds?: object };
  qemu?: object;
}

function read(tree: Tree, { name, file }: BoardApp): Board {
  const { firmware, qemu } = (parse(tree.read(file, 'utf-8') ?? '', { logLevel: 'silent' }) ?? {}) as BoardText;
  return {
    name,
    package: firmware?.package,
    builds: Object.keys(firmware?.builds ?? {}),
    isPlayed: qemu !== undefined,
  };
}

/** Two proofs of one target: each of its boards would have to choose. */
function refuseTakenTarget(tree: Tree, target: string): void {
  const files = rootsIn(tree).proofs.flatMap((root) => tree.children(root).map((file) => posix.join(root, file)));
  const proofs = files.filter((file) => file.endsWith('.proof.yaml'));
  const isOfTarget = new RegExp(`^target: *${target} *(#.*)?$`, 'm');
  const taken = proofs.find((file) => isOfTarget.test(tree.read(file, 'utf-8') ?? ''));
  if (taken === undefined) return;
  throw new ForgeError(`there is a proof with the target ${target} already`, {
    found: taken,
    fix: 'choose another name',
  });
}
